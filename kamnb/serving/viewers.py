"""``python -m kamnb.serving.viewers``: voila, with forked kernels, a check of the host, and a word where it is full."""

import json
import os
import signal
import sys
from importlib.metadata import EntryPoint
from typing import Any, ClassVar

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from tornado.web import HTTPError
from voila.app import Voila

from kamnb.serving.dashboard import ASKED
from kamnb.serving.nursery import CONNECTION, Nursery

_NAME = "kamnb-forked"
_nursery: Nursery


class ForkedProvisioner(LocalProvisioner):
    """Takes a kernel of the nursery instead of starting one."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Refuse where all places are taken."""
        if _nursery.is_full:
            raise HTTPError(503, reason="All places are taken")
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork a kernel that serves the connection file of a command."""
        environment = {**kwargs["env"], CONNECTION: cmd[cmd.index("-f") + 1]}
        kernel: Any = _nursery.fork(environment, str(kwargs.get("cwd") or ""))
        self.process, self.pid, self.pgid = kernel, kernel.pid, kernel.pid
        return self.connection_info


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
    try:
        Viewers.launch_instance(sys.argv[1:])
    finally:
        _nursery.close()


if __name__ == "__main__":
    main()
