"""Adjusts Schemathesis's requests to rules that a description can't express: an id must be one that the
server has issued, and an upload needs a PUT before it is used. Nothing else of a request changes.
"""

import os
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests
import schemathesis

BASE_URL = os.environ["AUROUS_CONFORMANCE_URL"]
VERSION = "2026-05-15"
PICTURES = {
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "image/png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "image/webp": b"RIFF\x04\x00\x00\x00WEBPVP8 ",
}

session = requests.Session()
session.trust_env = False
# The API reads the first, the gateway the second.
session.headers["X-Api-Key"] = os.environ["AUROUS_CONFORMANCE_SECRET"]
session.headers["Authorization"] = "Bearer " + os.environ["AUROUS_CONFORMANCE_SECRET"]

# Ids stay in the set after a delete, so that the checker requests deleted characters as well.
characters = set()
# An upload leaves the set when a create consumes it.
uploads = set()


def post(path, body, **headers):
    answer = session.post(f"{BASE_URL}{path}", json=body, headers=headers)
    answer.raise_for_status()
    return answer.json()


def new_ticket(content_type="image/jpeg"):
    extension = content_type.removeprefix("image/")
    body = {"filename": "front", "extension": extension, "content_type": content_type}
    return post("/v1/characters/uploads/init", body)


def put(ticket, size=None):
    """Makes a PUT as a page does: without the key, and without a session. `size` is what its init announced."""
    url = urljoin(BASE_URL + "/", ticket["upload_url"])
    headers = ticket["upload_headers"]
    picture = PICTURES[headers["Content-Type"]]
    if size is not None:
        picture = picture.ljust(int(size), b"\0")[: int(size)]
    requests.put(url, picture, headers=headers).raise_for_status()
    uploads.add(ticket["upload_id"])


def new_upload():
    ticket = new_ticket()
    put(ticket)
    return ticket["upload_id"]


def new_character():
    body = {"name": "Aurora", "upload_ids": [new_upload()]}
    key = {"Idempotency-Key": os.urandom(16).hex()}
    character = post("/v1/characters", body, **key)
    uploads.difference_update(body["upload_ids"])
    characters.add(character["id"])
    return character["id"]


def real(given, known, make):
    """Replaces an id that the checker made up with a real one. Returns any other value as it is."""
    return make() if is_text(given) and given not in known else given


def is_text(given):
    return isinstance(given, str) and given != ""


@schemathesis.hook
def before_call(context, case, kwargs):
    path = case.path_parameters or {}
    query = case.query or {}
    if is_text(path.get("token")) and case.media_type in PICTURES:
        token = new_ticket(case.media_type)["upload_url"].removeprefix("uploads/")
        case.path_parameters = {**path, "token": token}
    if is_text(query.get("signature")) and case.media_type in PICTURES:
        use_upload_url(case, new_ticket(case.media_type)["upload_url"])
    if "id" in path:
        case.path_parameters = {**path, "id": real(path["id"], characters, new_character)}
    if "starting_after" in query:
        after = real(query["starting_after"], characters, new_character)
        case.query = {**query, "starting_after": after}
    if isinstance(case.body, dict):
        case.body = with_uploads(case.body)
    # The API refuses a date that is not one of its versions.
    if case.headers.get("Aurous-Version", "")[:1].isdigit() and is_positive(case):
        case.headers["Aurous-Version"] = VERSION


def use_upload_url(case, upload_url):
    url = urlsplit(upload_url)
    case.path = url.path
    case.query = {**case.query, **dict(parse_qsl(url.query))}


def with_uploads(body):
    body = dict(body)
    if "upload_id" in body:
        body["upload_id"] = real(body["upload_id"], uploads, new_upload)
    ids = body.get("upload_ids")
    if isinstance(ids, list):
        # An id that occurs twice is replaced with the same real id.
        made = {id: real(id, uploads, new_upload) for id in ids if isinstance(id, str)}
        body["upload_ids"] = [made[id] if isinstance(id, str) else id for id in ids]
    return body


def is_positive(case):
    return case.meta is None or case.meta.generation.mode.is_positive


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code not in (200, 201) or not response.content:
        return
    answer = response.json()
    if "upload_url" in answer:
        put(answer, case.body.get("size"))
    elif answer.get("object") == "character":
        characters.add(answer["id"])
        if isinstance(case.body, dict):
            uploads.difference_update(case.body.get("upload_ids") or [])


@schemathesis.check
def page_may_read_it(context, response, case):
    """Checks that the calling page can read every answer, unless its request carries cookies."""
    origin = response.request.headers.get("Origin")
    if origin is None:
        return
    assert response.headers.get("access-control-allow-origin") == [origin]
    assert "access-control-expose-headers" in response.headers
    assert "access-control-allow-credentials" not in response.headers
