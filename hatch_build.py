"""What a wheel takes along of notebooks and data: not what runs left beside them."""

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LEFT = {"__pycache__", "reports", "customer_copies", "entries", "history"}


class Workbook(BuildHookInterface):
    """Puts the notebooks and the data of the workbook into the wheel."""

    def initialize(self, version: str, build_data: dict) -> None:
        """Name every file that is taken along; an editable install finds them where they are."""
        root = Path(self.root)
        for folder in ("notebooks", "data") if version == "standard" else ():
            for path in sorted((root / folder).rglob("*")):
                inside = path.relative_to(root)
                if path.is_file() and not any(part.startswith(".") or part in LEFT for part in inside.parts):
                    build_data["force_include"][str(path)] = f"kamnb/workbook/{inside.as_posix()}"
