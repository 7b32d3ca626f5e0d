# The calls of docker-py that programs are made of, each with what it must answer.
import io
import tarfile

import docker

client = docker.from_env()


def equal(expected, actual):
    if expected != actual:
        raise AssertionError(f"{actual!r} instead of {expected!r}")


def refused(error, call):
    try:
        call()
    except error as e:
        return str(e)
    raise AssertionError(f"{call} was not refused")


equal(True, client.ping())
equal("linux", client.version()["Os"])
equal("overlay", client.info()["Driver"])
equal(b"hello\n", client.containers.run("busybox", ["busybox", "echo", "hello"], remove=True))
refused(docker.errors.ImageNotFound, lambda: client.images.get("none"))
refused(docker.errors.NotFound, lambda: client.containers.get("none"))
equal(7, client.containers.run("busybox", ["sh", "-c", "exit 7"], detach=True, name="ends").wait()["StatusCode"])
client.containers.get("ends").remove()

container = client.containers.run(
    "busybox",
    ["busybox", "sleep", "1000"],
    detach=True,
    name="py",
    labels={"a": "b"},
    ports={"80/tcp": ("127.0.0.1", 18080)},
    environment={"K": "v"},
)
container.reload()
equal("running", container.status)
equal([{"HostIp": "127.0.0.1", "HostPort": "18080"}], container.attrs["NetworkSettings"]["Ports"]["80/tcp"])
equal(["py"], [one.name for one in client.containers.list(filters={"label": "a=b"})])
# docker-py reads below the buffer that it has read the answer's head into, and loses what came together with that, of
# any daemon's: the commands wait until it has had time to read on.
equal((3, b"v\n"), container.exec_run(["sh", "-c", "busybox sleep 1; echo $K; exit 3"]))
output = container.exec_run(["sh", "-c", "busybox sleep 1; echo 1; echo 2"], stream=True).output
equal(b"1\n2\n", b"".join(output))
equal("busybox sleep 1000", container.top()["Processes"][0][-1])
equal(1, container.stats(stream=False)["pids_stats"]["current"])

archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w") as tar:
    entry = tarfile.TarInfo("copied")
    entry.size = 3
    tar.addfile(entry, io.BytesIO(b"abc"))
equal(True, container.put_archive("/tmp", archive.getvalue()))
chunks, about = container.get_archive("/tmp/copied")
equal(("copied", 3), (about["name"], about["size"]))
with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
    equal(b"abc", tar.extractfile("copied").read())
equal(["/tmp/copied"], [one["Path"] for one in container.diff() if one["Kind"] == 1 and "copied" in one["Path"]])

network = client.networks.create("pynet")
network.connect(container, aliases=["alias"])
network.reload()
equal(["py"], [one.name for one in network.containers])
network.disconnect(container)
network.remove()
volume = client.volumes.create("pyvolume")
equal(["pyvolume"], [one.name for one in client.volumes.list()])
volume.remove()

image = container.commit("pyimage", "1")
equal(["pyimage:1"], image.tags)
equal(image.id, client.images.load(b"".join(image.save(named=True)))[0].id)
client.images.remove("pyimage:1")

container.rename("renamed")
container.pause()
container.reload()
equal("paused", container.status)
container.unpause()
container.restart(timeout=0)
container.stop(timeout=0)
equal(137, container.wait()["StatusCode"])
equal([container.id], client.containers.prune()["ContainersDeleted"])
equal([], client.df()["Volumes"])
print("all answered")
