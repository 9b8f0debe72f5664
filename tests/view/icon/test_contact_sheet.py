from PIL import ImageChops

from tray.settings.settings import IconStyle
from tray.view.icon.contact_sheet import SAMPLES, contact_sheet
from tray.view.icon.model import Situation
from tray.view.icon.palette import PALETTES


def test_the_contact_sheet_has_every_situation_and_asks_for_every_caption() -> None:
    asked: list[str] = []

    def label(text: str) -> str:
        asked.append(text)
        return text

    sheet = contact_sheet(label)
    assert {icon.situation for _, icon in SAMPLES} == set(Situation)
    assert asked == [caption for caption, _ in SAMPLES]
    assert (sheet.mode, sheet.width) == ("RGB", 1000)
    colours = {colour for _, colour in sheet.getcolors(sheet.width * sheet.height) or ()}
    for palette in PALETTES.values():
        assert {palette.ground[:3], palette.calm[:3], palette.warning[:3], palette.critical[:3]} <= colours


def test_only_the_captions_of_the_contact_sheet_are_words() -> None:
    changed = ImageChops.difference(contact_sheet(str), contact_sheet(lambda _: "")).getbbox()
    assert changed is not None
    left, _, right, _ = changed
    assert left >= 32
    assert right <= 328


def test_there_is_a_sheet_for_each_style() -> None:
    sheets = {contact_sheet(str, style).tobytes() for style in IconStyle}
    assert len(sheets) == len(IconStyle)
    assert contact_sheet(str).tobytes() == contact_sheet(str, IconStyle.RING).tobytes()
