"""handoff.lying: files below a folder, and a job's bytes with the sidecar beside them."""

from __future__ import annotations

from pathlib import Path

from handoff import lying


def put(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_every_file_is_found_and_no_link_is_followed(tmp_path: Path) -> None:
    elsewhere = put(tmp_path / "elsewhere" / "secret")
    put(tmp_path / "here" / "a", b"12")
    put(tmp_path / "here" / "deep" / "b", b"123")
    (tmp_path / "here" / "link").symlink_to(elsewhere.parent)
    found = {each.path.name: each.size for each in lying.files_below(tmp_path / "here")}
    assert found == {"a": 2, "b": 3}
    assert [each.name for each in lying.folders(tmp_path / "here")] == ["deep"]


def test_where_nothing_is_nothing_is_found(tmp_path: Path) -> None:
    assert list(lying.files_below(tmp_path / "none")) == []
    assert lying.folders(tmp_path / "none") == []


def test_bytes_and_sidecar_are_one_and_what_lacks_the_other_says_so(tmp_path: Path) -> None:
    job = tmp_path / "supplier" / "job"
    both, note = put(job / "list.csv"), put(job / "list.csv.meta.json")
    alone, lone_note = put(job / "alone.csv"), put(job / "gone.csv.meta.json")
    found = {(each.path, each.sidecar) for each in lying.raw_files(job, list(lying.files_below(job)))}
    assert found == {(both, note), (alone, None), (None, lone_note)}
    assert {(each.supplier_id, each.job_id) for each in lying.raw_files(job, list(lying.files_below(job)))} == {
        ("supplier", "job")
    }


def test_only_an_empty_folder_is_removed_and_a_removed_file_says_its_size(tmp_path: Path) -> None:
    file = put(tmp_path / "job" / "a", b"12345")
    lying.remove_if_empty(file.parent)
    assert file.exists()
    assert lying.unlinked(file) == 5
    lying.remove_if_empty(file.parent)
    lying.remove_if_empty(file.parent)  # gone already
    assert not file.parent.exists()
