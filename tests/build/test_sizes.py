import json

import pytest

from build import sizes
from build.sizes import Report, TooLargeError, package_of


@pytest.mark.parametrize(
    ("file", "package"),
    [
        ("ClawTray.exe", "PyInstaller's loader"),
        ("LICENSE.txt", "ClawTray"),
        ("_internal/python313.dll", "Python"),
        ("_internal/VCRUNTIME140.dll", "Python"),
        ("_internal/base_library.zip", "Python"),
        ("_internal/_ssl.pyd", "Python"),
        ("_internal/libcrypto-3.dll", "OpenSSL"),
        ("_internal/tcl86t.dll", "Tcl/Tk"),
        ("_internal/_tcl_data/encoding/ascii.enc", "Tcl/Tk"),
        ("_internal/PIL/_imaging.cp313-win_amd64.pyd", "pillow"),
        ("_internal/pystray/_win32.pyc", "pystray"),
        ("_internal/nacl/_sodium.pyd", "pynacl"),
        ("_internal/_cffi_backend.cp313-win_amd64.pyd", "cffi"),
        ("_internal/msgspec/_core.cp313-win_amd64.pyd", "msgspec"),
        ("_internal/websockets/speedups.cp313-win_amd64.pyd", "websockets"),
    ],
)
def test_each_file_belongs_to_a_package(file, package):
    assert package_of(file) == package


def test_the_modules_inside_a_program_are_weighed_by_package_and_nothing_is_weighed_twice(tmp_path):
    for name, size in (("ClawTray.exe", 100), ("_internal/python313.dll", 50), ("_internal/PIL/a.pyd", 7)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(bytes(size))
    (tmp_path / "setup").write_bytes(bytes(31))
    inside = {"ClawTray.exe": {"tray.view.icon.model": 20, "PIL.Image": 10, "argparse": 5}}

    report = sizes.measure(tmp_path, inside, None)

    assert report.packages == {
        "PyInstaller's loader": 65,
        "Python": 55,
        "ClawTray": 51,
        "pillow": 17,
    }
    assert list(report.packages) == sorted(report.packages, key=lambda name: -report.packages[name])
    assert (report.installed, report.installer) == (188, 0)
    assert sizes.measure(tmp_path, inside, tmp_path / "setup").installer == 31


def test_the_report_is_a_table_and_json():
    report = Report({"Python": 12_345_678, "six": 900}, 5_000_000)
    assert report.table().splitlines() == [
        "Python      12,346 kB",
        "six              1 kB",
        "installed   12,347 kB",
        "installer    5,000 kB",
    ]
    assert json.loads(report.as_json()) == {
        "installed_bytes": 12_346_578,
        "installer_bytes": 5_000_000,
        "packages": {"Python": 12_345_678, "six": 900},
    }


def test_a_budget_may_be_met_and_not_exceeded():
    Report({"Python": sizes.INSTALLED_BUDGET}, sizes.INSTALLER_BUDGET).check()
    with pytest.raises(TooLargeError, match=r"installed program has 40,000,001 bytes; 40,000,000 is"):
        Report({"Python": sizes.INSTALLED_BUDGET, "six": 1}, 1).check()
    with pytest.raises(TooLargeError, match=r"installer has 15,000,001 bytes"):
        Report({}, sizes.INSTALLER_BUDGET + 1).check()
