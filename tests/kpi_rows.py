"""KPIs and objectives as rows, for tests of what is chosen of them and what pulls against what."""

import pandas as pd

from kamnb.planning.alignment import AlignmentSettings

METHOD = AlignmentSettings.load()


OBJECTIVES = pd.DataFrame(
    [
        {"objective_id": "Z1", "title": "Increase customer satisfaction", "direction": "Service", "process": "Delivery"},
        {"objective_id": "Z2", "title": "Minimise expenses", "direction": "Earn", "unit": "Process"},
        {"objective_id": "Z3", "title": "Be paid on time", "direction": "Earn"},
    ]
)


def kpi(kpi_id, objective="Z1", cost=10, benefit=20, **more):
    own = {"kpi_id": kpi_id, "objective_id": objective, "name": f"name of {kpi_id}", "decision_it_changes": "which"}
    return own | {"yearly_cost": cost, "yearly_benefit": benefit} | more
