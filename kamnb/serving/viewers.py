"""``python -m kamnb.serving.viewers``: voila, with forked kernels, a check of the host, and a word where it is full."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from typing import Any, ClassVar

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from tornado.web import HTTPError
from traitlets import default
from voila import app as voila_app
from voila.app import Voila
from voila.utils import ENV_VARIABLE
from voila.voila_kernel_manager import voila_kernel_manager_factory

from kamnb.serving.dashboard import ASKED, DESK
from kamnb.serving.nursery import CONNECTION, Nursery

_NAME = "kamnb-forked"
_FULL = "All places are taken"
_AHEAD, _AHEAD_OF_OTHERS = 8, 2
"""So many pages of the desk, and of each other notebook, stand ready before anybody asks; each takes up to 100 MB."""
_nursery: Nursery


class ForkedProvisioner(LocalProvisioner):
    """Takes a kernel of the nursery instead of starting one."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Refuse where all places are taken; a page that is made before anybody asks for it takes none yet."""
        if not _is_ahead(kwargs) and _nursery.is_full:
            raise HTTPError(503, reason=_FULL)
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork a kernel that serves the connection file of a command."""
        environment = {**kwargs["env"], CONNECTION: cmd[cmd.index("-f") + 1]}
        kernel: Any = _nursery.fork(
            environment, str(kwargs.get("cwd") or ""), ahead=str(self.kernel_id) if _is_ahead(kwargs) else ""
        )
        self.process, self.pid, self.pgid = kernel, kernel.pid, kernel.pid
        return self.connection_info


def _is_ahead(kwargs: Mapping[str, Any]) -> bool:
    return bool(kwargs["env"].get(ENV_VARIABLE.VOILA_PREHEAT) == "True")


def make_pages_ahead(*asked: Any, **named: Any) -> Any:
    """Return voila's class of kernels of which some have made their page before anybody asks for it.

    One page is made at a time, so that who comes meanwhile has a processor; pages of other tables than those of now are let go.
    """
    made: Any = voila_kernel_manager_factory(*asked, **named)

    class Ahead(made):
        def __init__(self, **kwargs: Any) -> None:
            self._turn, self._going = asyncio.Semaphore(1), set[asyncio.Task[None]]()
            super().__init__(**kwargs)

        @default("kernel_pools_config")
        def _choose_pools(self) -> dict[str, dict[str, int]]:
            most = min(_nursery.most, _AHEAD)
            return {"default": {"pool_size": min(most, _AHEAD_OF_OTHERS)}, DESK: {"pool_size": most}}

        async def _initialize(self, *args: Any, **kwargs: Any) -> Any:
            async with self._turn:
                page = await super()._initialize(*args, **kwargs)
                await asyncio.wait([page["task"]])
            return page

        def get_pool_size(self, notebook: str) -> int:
            """Return how many pages stand ready, after those of other tables were let go."""
            pages, current = self._pools.get(notebook, []), _nursery.list_current()
            old = [page for page in pages if _is_ready(page) and page.result()["kernel_id"] not in current]
            if old:
                pages[:] = [page for page in pages if page not in old]
                going = {asyncio.ensure_future(self._let_go(page)) for page in old}
                self._going = {page for page in self._going if not page.done()} | going
                self.fill_if_needed(notebook_name=notebook)
            pages.sort(key=lambda page: not _is_ready(page))
            return sum(map(_is_ready, pages))

        async def get_rendered_notebook(self, notebook_name: str, **kwargs: Any) -> Any:
            """Hand a page out that stands ready; refuse where all places are taken."""
            if _nursery.is_full:
                raise HTTPError(503, reason=_FULL)
            *page, kernel = await super().get_rendered_notebook(notebook_name, **kwargs)
            _nursery.hand_out(kernel)
            return (*page, kernel)

        async def _let_go(self, page: Any) -> None:
            await self.shutdown_kernel((await page)["kernel_id"], now=True)

    return Ahead


def _is_ready(page: "asyncio.Task[Any]") -> bool:
    return page.done() and not page.cancelled() and page.exception() is None


class Viewers(Voila):
    """Voila, for those who reach it by the names that it was given only."""

    hosts: ClassVar[list[str]] = []

    def init_settings(self) -> dict[str, Any]:
        """Answer only where the page is asked for by a name that it has: no other page can speak with it under its own."""
        return {**super().init_settings(), "allow_remote_access": False, "local_hostnames": ["localhost", *self.hosts]}


def main() -> None:
    """Serve until asked to end."""
    global _nursery
    asked = json.loads(os.environ.pop(ASKED))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _nursery = Nursery(asked["data"], asked["most"])
    _nursery.prepare()
    factory = KernelProvisionerFactory.instance()
    sys.modules["kamnb.serving.viewers"] = sys.modules[__name__]  # the one that runs, not another copy
    factory.provisioners[_NAME] = EntryPoint(_NAME, "kamnb.serving.viewers:ForkedProvisioner", factory.GROUP_NAME)
    factory.default_provisioner_name = _NAME
    Viewers.hosts = asked["hosts"]
    voila_app.voila_kernel_manager_factory = make_pages_ahead
    try:
        Viewers.launch_instance(sys.argv[1:])
    finally:
        _nursery.close()


if __name__ == "__main__":
    main()
