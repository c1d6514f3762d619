"""tf.io.gfile, and the ops on whole files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..helpers import agree
from ..subject import tf

G = tf.io.gfile
NotFound = tf.errors.NotFoundError
Exists = tf.errors.AlreadyExistsError
Precondition = tf.errors.FailedPreconditionError
Denied = tf.errors.PermissionDeniedError


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("hello")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "b.txt").write_text("bee")
    (tmp_path / ".hidden").write_text("")
    return tmp_path


def test_what_is_there(tree: Path) -> None:
    assert G.exists(str(tree / "a.txt")) and G.exists(tree / "deep")
    assert G.exists(f"file://{tree}/a.txt") and G.exists(str(tree).encode())
    assert not G.exists(str(tree / "none"))
    assert G.isdir(str(tree)) and not G.isdir(str(tree / "a.txt"))
    assert sorted(G.listdir(str(tree))) == [".hidden", "a.txt", "deep"]
    found = G.stat(str(tree / "a.txt"))
    assert (found.length, found.is_directory) == (5, False)
    assert found.mtime_nsec > 10**18
    assert G.stat(str(tree)).is_directory


def test_errors(tree: Path) -> None:
    none = str(tree / "none")
    for call in (G.listdir, G.remove, G.rmtree, G.stat):
        with pytest.raises(NotFound):
            call(none)
    with pytest.raises(NotFound):
        G.mkdir(f"{none}/below")
    with pytest.raises(Precondition):
        G.remove(str(tree / "deep"))
    with pytest.raises(NotFound):
        G.copy(none, str(tree / "c"))
    with pytest.raises(NotFound):
        G.rename(none, str(tree / "c"))
    with pytest.raises(TypeError):
        G.exists(1)
    with pytest.raises(tf.errors.UnimplementedError):
        G.exists("nosuch://x")


def test_making_and_removing(tmp_path: Path) -> None:
    G.mkdir(str(tmp_path / "m"))
    G.mkdir(str(tmp_path / "m"))
    G.makedirs(str(tmp_path / "x" / "y"))
    G.makedirs(str(tmp_path / "x" / "y"))
    assert (tmp_path / "x" / "y").is_dir()
    G.rmtree(str(tmp_path / "x"))
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_copy_and_rename(tree: Path) -> None:
    one, two = str(tree / "a.txt"), str(tree / "two")
    G.copy(one, two)
    with pytest.raises(Exists):
        G.copy(one, two)
    G.copy(one, two, overwrite=True)
    with pytest.raises(Exists):
        G.rename(one, two)
    G.rename(one, two, overwrite=True)
    assert not G.exists(one)
    G.remove(two)
    assert not G.exists(two)


def test_patterns(tree: Path) -> None:
    def names(pattern: str) -> list[str]:
        return sorted(str(Path(path).relative_to(tree)) for path in G.glob(str(tree / pattern)))

    assert names("*.txt") == ["a.txt"]
    assert names("*") == [".hidden", "a.txt", "deep"]
    assert names("*/*") == ["deep/b.txt", "deep/er"]
    assert names("?.txt") == ["a.txt"]
    assert names("none*") == []
    assert len(G.glob([str(tree / "*.txt"), str(tree / "deep" / "*")])) == 3
    found = tf.io.matching_files([str(tree / "*.txt"), str(tree / "*" / "*.txt")])
    agree(found, [str(tree / "a.txt").encode(), str(tree / "deep" / "b.txt").encode()])
    agree(tf.shape(tf.io.matching_files(str(tree / "none*"))), [0])


def test_walk(tree: Path) -> None:
    found = [(top, sorted(folders), sorted(files)) for top, folders, files in G.walk(str(tree))]
    expected = [
        (str(tree), ["deep"], [".hidden", "a.txt"]),
        (f"{tree}/deep", ["er"], ["b.txt"]),
        (f"{tree}/deep/er", [], []),
    ]
    assert found == expected
    upwards = [top for top, _, _ in G.walk(str(tree), topdown=False)]
    assert upwards == [top for top, _, _ in reversed(expected)]


@pytest.mark.tfcompat_only
def test_walk_tells_of_errors(tree: Path) -> None:
    # TensorFlow calls the function too, and then stumbles over a name of its own.
    seen: list[Exception] = []
    assert list(G.walk(str(tree / "none"), onerror=seen.append)) == []
    assert isinstance(seen[0], NotFound)


def test_join() -> None:
    assert G.join("a", "b", "c") == "a/b/c"
    assert G.join("a", "/b") == "/b"
    assert G.join(b"a", b"b") == b"a/b"


# ---------------------------------------------------------------------------------------- GFile
def test_writing_and_reading_text(tmp_path: Path) -> None:
    path = str(tmp_path / "f")
    with G.GFile(path, "w") as file:
        file.write("one\n")
        file.write(b"two\nthr\xc3\xa9e")
        assert file.tell() == 14
        with pytest.raises(Denied):
            file.read()
    assert Path(path).read_text() == "one\ntwo\nthrée"
    with G.GFile(path) as file:
        assert (file.name, file.mode, file.size(), file.seekable()) == (path, "r", 14, True)
        assert file.readline() == "one\n"
        assert file.tell() == 4
        assert file.read(3) == "two"
        assert file.readlines() == ["\n", "thrée"]
        assert file.read() == "" and file.readline() == ""
        file.seek(4)
        file.seek(1, 1)
        assert file.read(2) == "wo"
        file.seek(-1, 2)
        assert file.read() == "e"
        file.seek(0)
        assert list(file) == ["one\n", "two\n", "thrée"]
        with pytest.raises(StopIteration):
            next(file)
        with pytest.raises(Denied):
            file.write("x")
        with pytest.raises(TypeError):
            file.seek()
        with pytest.raises(tf.errors.InvalidArgumentError):
            file.seek(1, 7)


def test_bytes_and_appending(tmp_path: Path) -> None:
    path = str(tmp_path / "f")
    G.GFile(path, "wb").write(b"\xff\n")
    with G.GFile(path, "ab") as file:
        file.write(b"\x00")
    with G.GFile(path, "rb") as file:
        assert list(file) == [b"\xff\n", b"\x00"]


def test_modes_that_do_both(tmp_path: Path) -> None:
    path = str(tmp_path / "f")
    with G.GFile(path, "a+") as file:
        file.write("abc")
        assert file.read() == ""
        file.flush()
        assert file.read() == "abc"
    assert G.GFile(path, "w+").read() == "abc"
    with G.GFile(path, "r+") as file:
        assert file.read() == "abc"
        file.write("z")
    assert Path(path).read_text() == "z"


def test_gfile_errors(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        G.GFile(str(tmp_path / "none")).read()
    with pytest.raises(Precondition):
        G.GFile(str(tmp_path)).read()
    with pytest.raises(NotFound):
        G.GFile(str(tmp_path / "none" / "f"), "w").write("x")
    with pytest.raises(tf.errors.InvalidArgumentError):
        G.GFile(str(tmp_path / "f"), "x")


def test_a_closed_file_opens_again(tmp_path: Path) -> None:
    path = tmp_path / "f"
    file = G.GFile(str(path), "w")
    file.write("long text")
    file.close()
    file.close()
    file.write("new")
    file.close()
    assert path.read_text() == "new"


# ------------------------------------------------------------------------------------ whole files
def test_read_and_write_file(tmp_path: Path) -> None:
    path = str(tmp_path / "new" / "folder" / "f")
    assert tf.io.write_file(path, b"\x00\xff") is None
    assert tf.io.read_file(path).numpy() == b"\x00\xff"
    tf.io.write_file(tf.constant(path), tf.constant("é"))
    agree(tf.io.read_file(tf.constant(path)), "é".encode())
    with pytest.raises(NotFound):
        tf.io.read_file(str(tmp_path / "none"))
    with pytest.raises(Precondition):
        tf.io.read_file(str(tmp_path))
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.io.read_file([path])
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.io.write_file(path, ["x"])


def test_match_filenames_once(tree: Path) -> None:
    found = tf.io.match_filenames_once(str(tree / "*.txt"))
    agree(tf.identity(found), [str(tree / "a.txt").encode()])
