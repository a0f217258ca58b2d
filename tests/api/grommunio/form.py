"""The body that admin-web's form sends when an out-of-office that it read is saved."""

from typing import Any

_TEXTS = ("internalSubject", "internalReply", "externalSubject", "externalReply")


def sent_back(read: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return the body of a save after only these fields of what was read were changed.

    All texts are always present; dates only if the state is 2, and without their seconds; and the editor has put a
    paragraph around a text that had none.
    """
    said = read | changed
    texts = {key: said.get(key, "") for key in _TEXTS}
    for key in ("internalReply", "externalReply"):
        texts[key] = _edited(texts[key])
    dates: dict[str, Any] = {}
    if said["state"] == 2:
        dates = {key: said[key][:-2] + "00" for key in ("startTime", "endTime") if key in said}
    return {
        "state": said["state"],
        "externalAudience": said["externalAudience"],
        **dates,
        **texts,
        "tab": 0,
        "snackbar": "",
    }


def _edited(html: str) -> str:
    if not html.strip() or html.startswith("<p"):
        return html
    return f"<p>{html}</p>"
