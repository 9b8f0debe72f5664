"""What Windows reads in a program file beside its code: who made it, and how it wants to be run."""

from __future__ import annotations

import re
from typing import Final

from tray import __version__

COMPANY: Final = "ClawTray contributors"
PRODUCT: Final = "ClawTray"
COPYRIGHT: Final = "Copyright (c) 2026 ClawTray contributors. MIT licence."

MANIFEST: Final = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">
  <trustInfo xmlns="urn:schemas-microsoft-com:asm.v3">
    <security>
      <requestedPrivileges>
        <requestedExecutionLevel level="asInvoker" uiAccess="false"/>
      </requestedPrivileges>
    </security>
  </trustInfo>
  <compatibility xmlns="urn:schemas-microsoft-com:compatibility.v1">
    <application>
      <supportedOS Id="{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"/>
    </application>
  </compatibility>
  <application xmlns="urn:schemas-microsoft-com:asm.v3">
    <windowsSettings>
      <dpiAware xmlns="http://schemas.microsoft.com/SMI/2005/WindowsSettings">true/pm</dpiAware>
      <dpiAwareness xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">PerMonitorV2, PerMonitor</dpiAwareness>
      <longPathAware xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">true</longPathAware>
      <activeCodePage xmlns="http://schemas.microsoft.com/SMI/2019/WindowsSettings">UTF-8</activeCodePage>
    </windowsSettings>
  </application>
  <dependency>
    <dependentAssembly>
      <assemblyIdentity type="win32" name="Microsoft.Windows.Common-Controls" version="6.0.0.0"
        processorArchitecture="*" publicKeyToken="6595b64144ccf1df" language="*"/>
    </dependentAssembly>
  </dependency>
</assembly>
"""  # noqa: E501 - Windows takes no line breaks inside an element
"""Windows 10 and 11, sharp on every screen, any letter in a path, never as administrator."""

_ENGLISH_UTF16: Final = (0x0409, 1200)


def numbers(version: str) -> tuple[int, int, int, int]:
    """Give the four numbers that Windows compares versions by; what follows the release's own is zero.

    Raises:
        ValueError: The version does not begin with a number.
    """
    found = re.match(r"\d+(?:\.\d+){0,3}", version)
    if not found:
        raise ValueError(f"{version!r} is no version")
    first, second, third, fourth, *_ = (*map(int, found[0].split(".")), 0, 0, 0)
    return first, second, third, fourth


def version_resource(file: str, description: str, version: str = __version__) -> str:
    """Give the version resource of a program in the form that PyInstaller reads.

    Args:
        file: The name of the program, such as ClawTray.exe.
        description: What Task Manager calls it.
        version: What is shown.
    """
    of_windows = numbers(version)
    strings = {
        "CompanyName": COMPANY,
        "FileDescription": description,
        "FileVersion": version,
        "InternalName": file.removesuffix(".exe"),
        "LegalCopyright": COPYRIGHT,
        "OriginalFilename": file,
        "ProductName": PRODUCT,
        "ProductVersion": version,
    }
    language, letters = _ENGLISH_UTF16
    table = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in strings.items())
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={of_windows}, prodvers={of_windows}, mask=0x3F, flags=0, "
        f"OS=0x40004, fileType=1, subtype=0, date=(0, 0)), kids=["
        f"StringFileInfo([StringTable('{language:04X}{letters:04X}', [{table}])]), "
        f"VarFileInfo([VarStruct('Translation', [{language}, {letters}])])])"
    )
