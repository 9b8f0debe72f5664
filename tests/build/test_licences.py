import sys
from importlib.metadata import distribution, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from build import licences


@pytest.fixture(scope="module")
def document():
    return licences.document()


def test_each_dependency_and_what_those_need_is_shipped_with_its_licence():
    needed = [Requirement(line) for line in requires("clawtray")]
    direct = {
        canonicalize_name(each.name) for each in needed if each.marker is None or each.marker.evaluate()
    }
    indirect = {"six", "cffi", "mdurl", "pycparser"}
    if sys.platform == "linux":
        indirect |= {"python-xlib"}
    if sys.platform == "win32":
        indirect |= {
            "jaraco-classes",
            "jaraco-context",
            "jaraco-functools",
            "more-itertools",
            "pywin32-ctypes",
        }
        if sys.version_info < (3, 12):
            indirect |= {"backports-tarfile", "importlib-metadata", "lazy-importer", "zipp"}
    assert set(licences.closure("clawtray")) == direct | indirect


def test_the_loader_that_starts_the_program_is_named_too(document):
    assert f"pyinstaller {distribution('pyinstaller').version}\n" in document
    assert "Bootloader Exception" in document


def test_every_licence_text_is_in_the_document(document):
    for name, package in licences.closure("clawtray").items():
        assert f"{package.name} {package.version}\n" in document, name
        assert all(text.strip() in document for text in licences.licence_texts(package)), name


def test_pystray_comes_with_the_lgpl_and_the_gpl_that_it_refers_to(document):
    lesser, general = licences.licence_texts(distribution("pystray"))[::-1]
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in lesser
    assert "GNU GENERAL PUBLIC LICENSE" in general
    assert "replace them there" in document


def test_pynacl_comes_with_the_licence_of_the_library_inside_it():
    texts = licences.licence_texts(distribution("pynacl"))
    assert any("ISC" in text and "Frank Denis" in text for text in texts)


def test_python_itself_is_named_last(document):
    assert (
        "PYTHON SOFTWARE FOUNDATION LICENSE"
        in document[document.rindex(f"Python {sys.version.split()[0]}\n") :]
    )


def test_a_package_without_a_licence_file_is_not_passed_over(tmp_path):
    metadata = tmp_path / "bare-1.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: bare\nVersion: 1.0\n")
    (metadata.parent / "RECORD").write_text("bare-1.0.dist-info/METADATA,,\n")
    (package,) = distribution("pystray").discover(path=[str(tmp_path)])
    with pytest.raises(LookupError, match=r"bare 1\.0 has no licence file"):
        licences.licence_texts(package)


def test_the_command_writes_the_file_and_says_where(document, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(licences, "OUTPUT", tmp_path / "out" / "THIRD-PARTY-LICENSES.txt")
    licences.main()
    assert licences.OUTPUT.read_text(encoding="utf-8") == document
    assert str(licences.OUTPUT) in capsys.readouterr().out
