from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingest_samples import pdf

from kg.errors import DocumentError
from kg.ingest.loaders import plug_ins
from kg.ingest.parsed import Field, Parsed, Record, TableSchema, Unread
from kg.ingest.sandbox import Limits, Sandbox
from kg.ingest.wire import pack, unpack
from kg.ontology import EntityType, Relation
from kg.types import Chunk, ChunkKind, DocumentStatus, Readers, Value

# A loader as another package might bring it, with every fault that a loader can have; the file says which.
HOSTILE = """
import os, sys, time
from kg.ingest.parsed import Parsed
from kg.types import Chunk

def good(text):
    return Parsed(text, "t", (Chunk(0, len(text)),), "text/plain")

def load(path, name):
    fault = path.read_text()
    if fault == "crash": os.abort()
    if fault == "exit": os._exit(3)
    if fault == "hang":
        while True: time.sleep(1)
    if fault == "spin":
        while True: pass
    if fault == "swell":
        hoard = []
        while True: hoard.append(bytearray(16 << 20))
    if fault == "fill":
        with open(os.path.join(path.parent, "filled"), "wb") as file:
            while True: file.write(bytes(16 << 20))
    if fault == "recurse":
        def deeper(): return [deeper()]
        deeper()
    if fault == "raise": raise ZeroDivisionError("by design")
    if fault == "blank": yield good("  "); return
    if fault == "long": yield good("x" * (3 << 20)); return
    if fault == "print": print("noise " * 100000); os.write(1, b"noise"); sys.stderr.write("noise")
    if fault == "pid": yield good(str(os.getpid())); return
    if fault == "some":
        yield good("first")
        yield good("second")
        os.abort()
    if fault == "many":
        for number in range(10 ** 9): yield good(f"number {number}")
    if fault == "surrogate": yield good("a \\ud800 b"); return
    if fault == "secret": yield good("secret: " + os.environ.get("LOREGRAPH_SECRET", "none")); return
    yield good("fine: " + fault)
"""


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    packages = tmp_path / "packages"
    (packages / "hostile-1.dist-info").mkdir(parents=True)
    (packages / "hostile_loader.py").write_text(HOSTILE)
    (packages / "hostile-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile\nVersion: 1\n")
    (packages / "hostile-1.dist-info" / "entry_points.txt").write_text(
        "[loregraph.loaders]\nhostile = hostile_loader:load\n"
    )
    monkeypatch.syspath_prepend(str(packages))
    plug_ins.cache_clear()
    yield tmp_path
    plug_ins.cache_clear()


SMALL = Limits(seconds=3, memory=400 << 20, text=2 << 20, files=1000)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("crash", DocumentStatus.CRASHED),
        ("exit", DocumentStatus.CRASHED),
        ("hang", DocumentStatus.TIMEOUT),
        ("spin", DocumentStatus.TIMEOUT),
        ("swell", DocumentStatus.TOO_LARGE),
        ("fill", DocumentStatus.FAILED),
        ("recurse", DocumentStatus.CORRUPT),
        ("raise", DocumentStatus.FAILED),
        ("blank", DocumentStatus.NO_TEXT),
        ("long", DocumentStatus.TOO_LARGE),
    ],
)
def test_whatever_a_parser_does_is_a_status_and_the_next_file_is_read(
    hostile: Path, fault: str, status: DocumentStatus
) -> None:
    bad, good = hostile / "bad.hostile", hostile / "good.txt"
    bad.write_text(fault)
    good.write_text("Good.")
    with Sandbox(SMALL) as sandbox:
        with pytest.raises(DocumentError) as caught:
            list(sandbox.parse(bad))
        assert caught.value.status is status
        assert caught.value.reason
        (part,) = sandbox.parse(good)
        assert isinstance(part, Parsed)
        assert part.text == "Good."
    filled = hostile / "filled"
    assert not filled.exists() or filled.stat().st_size <= SMALL.text * 4


def test_documents_before_a_crash_are_whole(hostile: Path) -> None:
    (hostile / "some.hostile").write_text("some")
    with Sandbox(SMALL) as sandbox:
        stream = sandbox.parse(hostile / "some.hostile")
        first, second = next(stream), next(stream)
        with pytest.raises(DocumentError):
            next(stream)
    assert isinstance(first, Parsed)
    assert isinstance(second, Parsed)
    assert (first.text, second.text) == ("first", "second")


def test_a_process_is_used_again_until_it_has_read_its_share(hostile: Path) -> None:
    (hostile / "pid.hostile").write_text("pid")

    def pid(sandbox: Sandbox) -> str:
        (part,) = sandbox.parse(hostile / "pid.hostile")
        assert isinstance(part, Parsed)
        return part.text

    ballast = b"x" * (600 << 20)  # an owner larger than half of what a parse may take says nothing of the parser
    with Sandbox(Limits(files=3)) as sandbox:
        pids = [pid(sandbox) for _ in range(6)]
    del ballast
    assert pids[0] == pids[1] == pids[2] != pids[3] == pids[4] == pids[5]
    assert str(os.getpid()) not in pids


def test_a_source_left_in_the_middle_costs_nothing_more(hostile: Path) -> None:
    (hostile / "many.hostile").write_text("many")
    (hostile / "good.txt").write_text("Good.")
    with Sandbox(SMALL) as sandbox:
        stream = sandbox.parse(hostile / "many.hostile")
        first = next(stream)
        assert isinstance(first, Parsed)
        assert first.text == "number 0"
        inner = list(sandbox.parse(hostile / "good.txt"))  # another file meanwhile
        assert len(inner) == 1
        stream.close()  # type: ignore[attr-defined]
        assert len(list(sandbox.parse(hostile / "good.txt"))) == 1


def test_what_a_parser_prints_and_odd_characters_do_no_harm(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOREGRAPH_SECRET", "do not tell")
    texts = []
    with Sandbox(SMALL) as sandbox:
        for fault in ("print", "surrogate", "secret"):
            (hostile / "odd.hostile").write_text(fault)
            (part,) = sandbox.parse(hostile / "odd.hostile")
            assert isinstance(part, Parsed)
            texts.append(part.text)
    assert texts[0] == "fine: print"
    assert "\ud800" not in texts[1]
    assert texts[2] == "secret: none"


def test_many_threads_share_a_sandbox(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number}.md").write_text(f"# Number {number}\n\nText of {number}.")
    texts: dict[int, str] = {}

    def work(sandbox: Sandbox, first: int) -> None:
        for number in range(first, 20, 4):
            (part,) = sandbox.parse(tmp_path / f"{number}.md")
            assert isinstance(part, Parsed)
            texts[number] = part.text

    with Sandbox() as sandbox:
        threads = [threading.Thread(target=work, args=(sandbox, first)) for first in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert texts == {number: f"Number {number}\n\nText of {number}." for number in range(20)}


def test_a_pdf_bomb_kills_no_one(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pdf"
    page = [(72.0, 700.0, 11.0, "Boom.", False)]
    path.write_bytes(pdf([page], extra=b"q " * (150 << 20)))
    assert path.stat().st_size < 1 << 20
    before = _resident()
    with Sandbox(Limits(seconds=30, memory=300 << 20)) as sandbox:
        with pytest.raises(DocumentError) as caught:
            list(sandbox.parse(path))
        assert caught.value.status in {DocumentStatus.TOO_LARGE, DocumentStatus.CRASHED, DocumentStatus.NO_TEXT}
    assert _resident() - before < 50 << 20


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_names_of_files_may_be_anything(tmp_path: Path) -> None:
    names = [b"caf\xe9 \xff.txt", "公司 «x»\n\t'\".txt".encode()]
    with Sandbox() as sandbox:
        for name in names:
            path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))
            path.write_text("Good.")
            (part,) = sandbox.parse(path)
            assert isinstance(part, Parsed)
            part.title.encode()
        with pytest.raises(DocumentError):
            list(sandbox.parse(tmp_path / "absent.txt"))


def test_an_upload_is_known_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "upload-17"
    path.write_text("a,b\n1,x\n2,y\n")
    with Sandbox() as sandbox:
        (part,) = sandbox.parse(path, name="sites.csv")
        assert isinstance(part, Parsed)
        assert (part.media_type, part.title, part.records[0].table) == ("text/csv", "sites", "sites")


def test_documents_survive_the_way_between_processes() -> None:
    text = "id: 1; when: 2020-05-06; of: Acme 公司"
    record = Record(
        "t", "1|2", "of",
        (
            Field("id", "1", 4, 5, Value("Number", "1", 1.0)),
            Field("when", "2020-05-06", 13, 23, Value("Date", "2020-05-06", 18388.0)),
            Field("of", "Acme 公司", 29, 36, None, ("company", "7")),
        ),
        0, 36, ("id", "when"), True, ("id",), ("lei:5493",),
    )  # fmt: skip
    schema = TableSchema(
        "t",
        EntityType(name="Thing", labels={"zh": ("东西",)}),
        {"of": Relation(name="OF", domain=("Thing",), range=("Company",), functional=True)},
    )
    parsed = Parsed(
        text, "T", (Chunk(0, 36, ChunkKind.ROW, "A > B", 3),), "x/y", "2020", {"a": [1, {"b": None}]}, (record,), "e",
        Readers.of(["hr"]), (schema,),
    )  # fmt: skip
    assert unpack(pack(parsed)) == parsed
    unread = Unread("x#3", DocumentStatus.CORRUPT, "why", "T")
    assert unpack(pack(unread)) == unread


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"[]",
        b"{}",
        b'{"unread": 1}',
        json.dumps({"text": "x", "chunks": [[0, 9, "prose", "", None]]}).encode(),
        b"\xff",
    ],
)
def test_what_is_no_document_is_refused(frame: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        unpack(frame)


def test_a_worker_ends_with_its_owner(hostile: Path) -> None:
    (hostile / "pid.hostile").write_text("pid")
    script = (
        f"import sys, os; sys.path[:] = {sys.path!r}\n"
        "from pathlib import Path\nfrom kg.ingest.sandbox import parse\n"
        f"print(next(iter(parse(Path({str(hostile / 'pid.hostile')!r})))).text, flush=True)\nos._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    for _ in range(100):
        try:
            os.kill(int(done.stdout), 0)
        except ProcessLookupError:
            return
        with open(f"/proc/{int(done.stdout)}/stat") as file:
            if file.read().split()[2] == "Z":  # ended; whoever adopted it has not looked yet
                return
        threading.Event().wait(0.1)
    pytest.fail("the worker lives on")
