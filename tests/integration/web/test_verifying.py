"""Anyone verifies: one field for a file, a text or a link, and four plain lines."""

import io
import itertools
import json
import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import trustme
from PIL import Image

from issuer.pictures import badge_png
from openbadges.strict import Document, parse_json_object
from service.app import create_app
from tests.credentials import plain_credential, valid_credential
from tests.given import encoded, linking, page, qr_image, qr_png
from tests.presentations import HOLDER, enveloped, presented, unsigned
from tests.shell import Shell
from tests.site import Browser, Site
from tests.tls_server import Answer, answering, loopback, reaching, tls_server
from tests.world import EVIL, did_key_issuer, issued_by


def upload(browser: Browser, data: bytes, name: str = "badge") -> str:
    answer = browser.send("/verify", {"file": (io.BytesIO(data), name), "text": ""})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture
def badge(site: Site) -> tuple[bytes, str]:
    """A badge's JSON, and the path of a share link of it."""
    learner, manage = site.claimed()
    share = site.shared(learner, manage)
    return learner.get(f"{manage}/plain.json").data, share


def test_a_file_a_text_and_a_link_say_the_same(site: Site, badge: tuple[bytes, str]) -> None:
    data, share = badge
    stranger = site.browser()
    pages = [upload(stranger, data), upload(stranger, stranger.get(f"{share}.png").data)]
    for text in (data.decode(), stranger.get(f"{share}.jws").text, f"{site.base_url}{share}"):
        answer = stranger.send("/verify", {"text": f"  {text}\n"})
        assert answer.status_code == 200
        pages.append(answer.text)
    for told in pages:
        for line in (
            "This credential is genuine and valid.",
            "Signed by the issuer that it names, and unchanged since.",
            "The issuer has not revoked it.",
            "It is valid today.",
            "The issuer is known here.",
            "did:web:badges.example",
            "Wiki friend",
        ):
            assert line in told


def test_a_changed_badge_shows_nothing_of_what_it_says(
    site: Site, badge: tuple[bytes, str]
) -> None:
    page = upload(site.browser(), badge[0].replace(b"Wiki friend", b"Wiki queen!"))
    assert "This credential is not valid." in page
    assert "It was changed, or was not signed by the issuer that it names." in page
    assert "Wiki queen!" not in page


def test_an_expired_badge_is_shown_as_what_it_is(site: Site) -> None:
    learner, manage = site.claimed(valid_until=f"{site.clock():%Y-%m-%d}")
    data = learner.get(f"{manage}/plain.json").data
    site.clock.move(days=2)
    page = upload(site.browser(), data)
    assert "It has expired." in page
    assert "Signed by the issuer that it names" in page
    assert "Wiki friend" in page


def test_it_is_asked_whose_it_is(site: Site, badge: tuple[bytes, str]) -> None:
    stranger, text = site.browser(), badge[0].decode()
    right = stranger.send("/verify", {"text": text, "recipient": "Learner@example.org"})
    assert "It was given to the person you named." in right.text
    wrong = stranger.send("/verify", {"text": text, "recipient": "other@example.org"})
    assert "It was not given to the person you named." in wrong.text
    odd = stranger.send("/verify", {"text": text, "recipient": "did:"})
    assert odd.status_code == 422


TROUBLES = [
    pytest.param("", 400, "Choose a file, or paste a text or a link.", id="nothing"),
    pytest.param("http://example.org/x", 422, "This link is not followed", id="not https"),
    pytest.param("https://127.0.0.1/x", 422, "This link is not followed", id="this machine"),
    pytest.param("https://nowhere.example/x", 502, "Nothing could be had at", id="nowhere"),
    pytest.param("https://badges.example/s/none", 404, "No badge is shown", id="an unknown share"),
    pytest.param("https://badges.example/nothing", 404, "No badge is shown", id="not a badge"),
    pytest.param(
        "https://badges.example/credentials/1", 404, "No badge is shown", id="an unknown credential"
    ),
]


@pytest.mark.parametrize(("text", "status", "sentence"), TROUBLES)
def test_what_cannot_be_read_is_told_beside_the_field_and_not_lost(
    site: Site, text: str, status: int, sentence: str
) -> None:
    answer = site.browser().send("/verify", {"text": text})
    assert answer.status_code == status
    assert sentence in answer.text
    assert f">{text}</textarea>" in answer.text


@pytest.mark.parametrize("data", [b"hello", b"{}", b"\x00\xff", b"<svg/>", b"eyJ", b"[" * 100_000])
def test_what_is_no_credential_gets_a_report(site: Site, data: bytes) -> None:
    page = upload(site.browser(), data)
    sentences = ("No badge was found in what you gave.", "This credential is not valid.")
    assert any(sentence in page for sentence in sentences)


def test_a_picture_of_one_badge_with_another_inside_shows_the_one_inside(
    site: Site, badge: tuple[bytes, str]
) -> None:
    picture = site.installation.catalogue.find("brief").picture.data
    page = upload(site.browser(), badge_png(picture, badge[0].decode(), trial=False))
    assert "Wiki friend" in page
    assert "Brief" not in page


def test_programs_get_the_whole_report(site: Site, badge: tuple[bytes, str]) -> None:
    stranger = site.browser()
    answer = stranger.client.post("/verify", base_url=site.base_url, data=badge[0])
    assert answer.status_code == 200
    report = parse_json_object(answer.data, what="the report")
    assert (report["verdict"], report["form"]) == ("VERIFIED", "json")
    other = stranger.client.post("/verify", base_url=site.base_url, data=b"hello")
    assert parse_json_object(other.data, what="the report")["verdict"] == "REJECTED"


def test_the_private_page_offers_the_field(site: Site) -> None:
    private = site.browser().get("/credentials/00000000-0000-4000-8000-000000000000")
    assert 'action="/verify"' in private.text


def test_what_an_issuer_on_trial_signed_says_so(
    keyless: Shell, open_site: Callable[..., Site]
) -> None:
    keyless.does("issuer", "create")
    trial = open_site(keyless)
    learner, manage = trial.claimed()
    data = learner.get(f"{manage}/plain.json").data
    assert '<span class="stamp">TRIAL</span>' in upload(trial.browser(), data)


def test_a_qr_code_a_page_and_an_envelope_lead_to_the_badge(
    site: Site, badge: tuple[bytes, str]
) -> None:
    stranger = site.browser()
    link = f"{site.base_url}{badge[1]}"
    jws = stranger.get(f"{badge[1]}.jws").text
    for given in (
        qr_png(link),
        encoded(qr_image(link).rotate(180), "JPEG"),
        page(linking(link)),
        page(f'<script type="application/vc">{badge[0].decode()}</script>'),
        json.dumps(enveloped(jws)).encode(),
    ):
        told = upload(stranger, given)
        assert "This credential is genuine and valid." in told
        assert "Wiki friend" in told


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        pytest.param(encoded(Image.new("L", (9, 9))), "no QR code can be read in it", id="none"),
        pytest.param(page(""), "neither holds nor links a credential", id="a page"),
        pytest.param(qr_png("hello"), "the QR code says", id="a word"),
    ],
)
def test_what_leads_nowhere_gets_a_report(site: Site, given: bytes, sentence: str) -> None:
    told = upload(site.browser(), given)
    assert "There is no credential in it." in told
    assert sentence in told


def test_a_qr_code_that_leads_where_nothing_is_followed_is_told_beside_the_field(
    site: Site,
) -> None:
    data = {"file": (io.BytesIO(qr_png("https://10.0.0.1/admin")), "x"), "text": ""}
    answer = site.browser().send("/verify", data)
    assert answer.status_code == 422
    assert "This link is not followed" in answer.text


def test_an_open_badge_2_is_said_to_be_one_and_not_to_be_bad(site: Site) -> None:
    told = upload(site.browser(), b'{"@context": "https://w3id.org/openbadges/v2"}')
    assert "This could not be decided." in told
    assert "This is an Open Badges 2.0 badge, an older kind that is not read." in told


def test_a_presentation_is_shown_with_each_credential(site: Site, badge: tuple[bytes, str]) -> None:
    good = parse_json_object(badge[0], what="the badge")
    signed = upload(site.browser(), json.dumps(presented(good)).encode())
    assert "It was put together and signed by" in signed
    assert HOLDER.id in signed
    assert "This presentation is genuine, and each credential in it is valid." in signed
    assert signed.count("This credential is genuine and valid.") == 1
    assert "Wiki friend" in signed
    bare = upload(site.browser(), json.dumps(unsigned(good)).encode())
    assert "Nobody is proven to show it." in bare
    assert "This credential is genuine and valid." in bare
    ids = re.findall(r' id="([^"]+)"', bare)
    assert len(ids) == len(set(ids))


def test_of_a_presentation_without_credentials_no_page_says_that_they_are_valid(site: Site) -> None:
    signed = upload(site.browser(), json.dumps(presented()).encode())
    assert "This presentation is genuine, but there is no credential in it." in signed
    assert HOLDER.id in signed
    bare = upload(site.browser(), json.dumps(unsigned()).encode())
    for told in (signed, bare):
        assert "each credential in it" not in told
        assert "Each credential is judged" not in told


def test_a_presentation_of_a_forged_badge_shows_nothing_of_what_it_says(
    site: Site, badge: tuple[bytes, str]
) -> None:
    forged = parse_json_object(badge[0].replace(b"Wiki friend", b"Wiki queen"), what="it")
    told = upload(site.browser(), json.dumps(presented(forged)).encode())
    assert "genuine" not in told
    assert "Wiki queen" not in told


def test_a_presentation_of_what_an_impostor_signed_shows_nothing_of_what_it_says(
    site: Site,
) -> None:
    signed = EVIL.sign(valid_credential(name="A badge of someone else"))
    told = upload(site.browser(), json.dumps(presented(signed)).encode())
    assert "What it says is not shown, because nobody is proven to have said it." in told
    assert "A badge of someone else" not in told


def ask(site: Site, **request: Any) -> Any:  # noqa: ANN401 -- werkzeug's own, and any JSON value
    answer = site.app.test_client().post("/verify", base_url=site.base_url, **request)
    assert answer.status_code == 200, answer.text
    return parse_json_object(answer.data, what="the report", maximum_bytes=len(answer.data))


def test_programs_send_many_at_once_and_get_a_report_of_each_in_its_order(
    site: Site, badge: tuple[bytes, str]
) -> None:
    good = parse_json_object(badge[0], what="the badge")
    link = f"{site.base_url}{badge[1]}"
    jws = site.browser().get(f"{badge[1]}.jws").text
    given = [good, good | {"name": "forged"}, jws, link, presented(good), 7, "hello", []]
    verdicts = [one["verdict"] for one in ask(site, json={"credentials": given})["reports"]]
    good_ones = [True, False, True, True, True, False, False, False]
    assert [verdict == "VERIFIED" for verdict in verdicts] == good_ones
    assert ask(site, json={"credentials": []}) == {"reports": []}
    assert len(ask(site, json={"credentials": [good]})["reports"]) == 1


def test_programs_send_several_files_in_one_form(site: Site, badge: tuple[bytes, str]) -> None:
    def form(*files: bytes) -> dict[str, Any]:
        return {"file": [(io.BytesIO(data), f"{place}") for place, data in enumerate(files)]}

    both = ask(site, data=form(badge[0], b"hello"))
    assert [one["verdict"] for one in both["reports"]] == ["VERIFIED", "REJECTED"]
    assert ask(site, data=form(badge[0]))["verdict"] == "VERIFIED"
    hundred = ask(site, data=form(*[badge[0]] * 100) | {"recipient": "other@example.org"})
    assert [one["verdict"] for one in hundred["reports"]] == ["REJECTED"] * 100


def test_people_who_send_several_files_see_each(site: Site, badge: tuple[bytes, str]) -> None:
    files = [(io.BytesIO(badge[0]), "1"), (io.BytesIO(b"hello"), "2")]
    told = site.browser().send("/verify", {"file": files, "text": ""}).text
    assert told.index("Credential 1") < told.index("genuine") < told.index("Credential 2")
    assert "There is no credential in it." in told


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"credentials": {}}, 422, id="no array"),
        pytest.param({"credentials": [], "options": {}}, 422, id="another member"),
        pytest.param({"credentials": ["hello"] * 101}, 413, id="too many"),
    ],
)
def test_a_list_that_cannot_be_read_is_a_problem(site: Site, body: object, status: int) -> None:
    answer = site.app.test_client().post("/verify", base_url=site.base_url, json=body)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_a_list_costs_what_it_costs(keyless: Shell, open_site: Callable[..., Site]) -> None:
    site = open_site(keyless, RATE_VERIFY="10")
    body = {"credentials": [f"hello {number}" for number in range(100)]}
    statuses = [
        site.app.test_client().post("/verify", base_url=site.base_url, json=body).status_code
        for _ in range(2)
    ]
    assert statuses == [200, 429]


def test_a_link_that_leads_nowhere_is_a_finding_for_programs(site: Site) -> None:
    for text, verdict, code in (
        ("https://nowhere.example/x", "INCONCLUSIVE", "RETRIEVAL_ERROR"),
        (f"{site.base_url}/s/none", "INCONCLUSIVE", "NOT_SHOWN"),
        (f"{site.base_url}/credentials/1", "INCONCLUSIVE", "NOT_SHOWN"),
        ("https://127.0.0.1/", "REJECTED", "URL_NOT_ALLOWED"),
    ):
        report = ask(site, data=text.encode())
        assert (report["verdict"], report["findings"][0]["code"]) == (verdict, code)


STRANGER = did_key_issuer(11)


def posted(site: Site, data: bytes) -> Any:  # noqa: ANN401 -- an answer of the test client
    return site.browser().client.post("/verify", base_url=site.base_url, data=data)


def strangers(**changes: Any) -> bytes:  # noqa: ANN401 -- JSON is any JSON value
    """Give a stranger's badge that has everything, signed."""
    return json.dumps(STRANGER.sign(issued_by(STRANGER, **changes))).encode()


def test_results_and_what_else_a_stranger_signed_of_a_person_are_shown(site: Site) -> None:
    told = upload(site.browser(), strangers())
    for shown in (
        '<dt lang="en" dir="ltr">Citations added</dt>',
        "<strong>14</strong>",
        "<strong>Solid</strong>",
        "Helped others in the same workshop.",
        "January 10, 2026",
        "Credits earned",
        "<dd>1.5</dd>",
        "The edits of the workshop.",
        "information literacy",
    ):
        assert shown in told


def test_programs_get_what_it_says_and_who_signed_it_apart(site: Site) -> None:
    report = posted(site, strangers()).get_json()
    assert report["issuer"] == {"id": STRANGER.id, "domain": None, "knownAs": None}
    shown = report["display"]
    assert (shown["name"], shown["issuerName"]) == ("Citing sources", "Example User Group")
    assert (shown["validFrom"], shown["validUntil"]) == (
        "2026-02-01T12:00:00Z",
        "2029-02-01T12:00:00Z",
    )
    assert shown["achieved"] == [
        {"name": "Citations added", "value": "14", "status": None},
        {"name": "Level", "value": "Solid", "status": None},
    ]
    (evidence,) = shown["evidence"]
    assert evidence["narrative"] == "The edits of the workshop."
    assert shown["recipients"] == [{"kind": "emailAddress", "value": None}]
    assert "issuerId" not in shown  # whom it names is not who signed it


def test_programs_get_nothing_of_what_nobody_is_proven_to_have_said(site: Site) -> None:
    report = posted(site, strangers().replace(b"Citing sources", b"Citing nothing")).get_json()
    assert (report["issuer"], report["display"], report["credential"]) == (None, None, None)


def test_programs_get_the_subjects_of_a_credential_that_is_no_badge(site: Site) -> None:
    signed = STRANGER.sign(plain_credential(issuer=STRANGER.id))
    report = posted(site, json.dumps(signed).encode()).get_json()
    assert report["display"]["claims"] == [{"id": "did:example:subject"}]


def test_only_the_page_that_scans_may_ask_for_the_camera(site: Site) -> None:
    stranger = site.browser()
    asks = [stranger.get("/verify"), stranger.send("/verify", {"text": ""})]
    for answer in asks:
        assert "camera=(self)" in answer.headers["Permissions-Policy"]
    for path in ("/", "/badge-classes", "/credentials/none"):
        assert "camera=()" in stranger.get(path).headers["Permissions-Policy"]


def test_programs_get_the_lines_that_people_read(site: Site, badge: tuple[bytes, str]) -> None:
    told = [(one["kind"], one["outcome"]) for one in posted(site, badge[0]).get_json()["lines"]]
    kinds = ["signature", "status", "dates", "issuer"]
    assert told == [(kind, "PASSED") for kind in kinds]
    forged = posted(site, badge[0].replace(b"Wiki friend", b"Wiki queen!")).get_json()["lines"]
    assert forged[0] == {"kind": "signature", "outcome": "FAILED", "code": "PROOF"}
    assert {one["outcome"] for one in forged[1:]} == {"UNKNOWN"}
    listed = ask(site, json=presented(parse_json_object(badge[0], what="the badge")))
    assert [one["kind"] for one in listed["credentials"][0]["lines"]] == kinds
    answer = site.browser().client.post(
        "/verify?recipient=other@example.org", base_url=site.base_url, data=badge[0]
    )
    assert answer.get_json()["lines"][-1] == {
        "kind": "recipient",
        "outcome": "FAILED",
        "code": "RECIPIENT_MISMATCH",
    }


def test_a_picture_without_a_caption_has_none(site: Site, badge: tuple[bytes, str]) -> None:
    captions = [
        posted(site, json.dumps(STRANGER.sign(document)).encode()).get_json()["display"]["caption"]
        for document in (plain_credential(issuer=STRANGER.id), issued_by(STRANGER))
    ]
    assert captions[0] is None
    assert "" not in captions
    assert posted(site, badge[0]).get_json()["display"]["caption"]


FOREIGN_PAGE = "https://elsewhere.example"


@pytest.mark.parametrize("media_type", ["application/json", "application/octet-stream"])
def test_a_page_of_others_may_ask_and_read_what_was_found(
    site: Site, badge: tuple[bytes, str], media_type: str
) -> None:
    client = site.app.test_client()
    asking = {"Origin": FOREIGN_PAGE, "Access-Control-Request-Method": "POST"}
    may = client.options("/verify", base_url=site.base_url, headers=asking)
    assert may.status_code == 200
    assert may.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in may.headers["Access-Control-Allow-Methods"]
    assert may.headers["Access-Control-Allow-Headers"] == "Content-Type"
    headers = {"Origin": FOREIGN_PAGE, "Sec-Fetch-Site": "cross-site", "Content-Type": media_type}
    answer = client.post("/verify", base_url=site.base_url, data=badge[0], headers=headers)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_a_page_of_others_may_read_why_nothing_was_found(
    keyless: Shell, open_site: Callable[..., Site]
) -> None:
    site = open_site(keyless, RATE_VERIFY="3", MAXIMUM_BODY_BYTES="100000")
    statuses = []
    for path, body in (
        ("/verify?bundle=no", b"{}"),
        ("/verify", bytes(100_001)),
        ("/verify", b'{"credentials": 7}'),
        ("/verify?recipient=a@b", b"{}"),
        ("/verify", b"{}"),
    ):
        answer = site.app.test_client().post(
            path, base_url=site.base_url, data=body, headers={"Origin": FOREIGN_PAGE}
        )
        statuses.append(answer.status_code)
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert statuses == [400, 413, 422, 400, 429]


def test_pages_for_people_are_not_for_pages_of_others(site: Site) -> None:
    stranger = site.browser()
    pages = [stranger.get("/verify")]
    pages += [stranger.send("/verify", {"text": text}) for text in ("hello", "")]
    for answer in pages:
        assert answer.mimetype == "text/html"
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("body", [b"", b'{"type": "AchievementCredential"}', b"text=&recipient="])
def test_a_form_without_anything_in_it_is_told_what_it_lacks_and_how_a_badge_is_sent(
    site: Site, body: bytes
) -> None:
    answer = site.app.test_client().post(
        "/verify",
        base_url=site.base_url,
        data=body,
        content_type="application/x-www-form-urlencoded",  # as curl sends whatever it is given
    )
    assert (answer.status_code, answer.get_json()["code"]) == (400, "NOTHING_PRESENTED")
    for word in ("file", "text", "Content-Type", "application/json"):
        assert word in answer.get_json()["detail"]


def test_a_file_and_a_text_in_one_form_are_both_judged(
    site: Site, badge: tuple[bytes, str]
) -> None:
    def form() -> dict[str, Any]:
        return {"file": (io.BytesIO(b"hello"), "a file"), "text": badge[0].decode()}

    both = ask(site, data=form())
    assert [one["verdict"] for one in both["reports"]] == ["REJECTED", "VERIFIED"]
    told = site.browser().send("/verify", form()).text
    assert told.index("Credential 1") < told.index("Credential 2") < told.index("genuine")


def test_a_form_is_asked_whose_it_is_in_its_address_too(
    site: Site, badge: tuple[bytes, str]
) -> None:
    answer = site.app.test_client().post(
        "/verify?recipient=other@example.org",
        base_url=site.base_url,
        data={"file": (io.BytesIO(badge[0]), "badge.json")},
    )
    assert answer.get_json()["verdict"] == "REJECTED"


@pytest.mark.parametrize(
    ("recipient", "language", "sentence"),
    [
        ("a@b", "en", "This is no e-mail address, such as learner@example.org."),
        ("did:", "en", "This is no DID, such as did:key:z6Mk…"),
        ("user:#", "en", "This is no user name, with the address of its wiki"),
        ("#", "en", "This is no user name, with the address of its wiki"),
        ("https://a\x00", "en", "the expected recipient"),
        ("a@b", "ca", "Això no és una adreça electrònica, com ara learner@example.org."),
        ("a@b", "es", "Esto no es una dirección de correo, como learner@example.org."),
        ("a@b", "fr", "est pas une adresse électronique, comme learner@example.org."),
        ("a@b", "ar", "ليس هذا عنوان بريد إلكتروني، مثل learner@example.org."),
    ],
)
def test_a_recipient_that_is_nobody_is_told_beside_its_field_and_not_lost(
    site: Site, recipient: str, language: str, sentence: str
) -> None:
    typed = {"text": "hello", "recipient": recipient}
    told = site.browser().send("/verify", typed, Accept_Language=language)
    assert told.status_code in {400, 422}
    assert sentence in told.text
    assert f'value="{recipient}"' in told.text
    assert ">hello</textarea>" in told.text
    assert "<details open>" in told.text


ELSEWHERE = "wallet.example"


def with_four_lists(number: int, address: str) -> Document:
    entries = [
        {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "1",
            "statusListCredential": f"{address}/lists/{number}/{one}",
        }
        for one in range(4)
    ]
    return EVIL.sign(issued_by(EVIL, id=f"urn:uuid:{number}") | {"credentialStatus": entries})


def winding(address: str) -> Iterator[Answer]:
    """Lead by three redirects to a page, by three more to what it links, and then to nothing."""
    redirects = [answering(f"HTTP/1.1 302 Found\nLocation: /{number}") for number in range(3)]
    yield from redirects
    yield answering("HTTP/1.1 200 OK", page(linking(f"{address}/presentation")))
    yield from redirects
    shown = unsigned(*(with_four_lists(number, address) for number in range(9)))
    yield answering("HTTP/1.1 200 OK", json.dumps(shown).encode())
    yield from itertools.repeat(answering("HTTP/1.1 404 Not Found"))


@loopback
@pytest.mark.parametrize(
    ("path", "as_program"),
    [("/verify", False), ("/verify", True), ("/verify?bundle=yes", True)],
    ids=["for people", "for programs", "to keep"],
)
def test_e15_whoever_asks_32_requests_are_made_for_one_link(
    site: Site, path: str, *, as_program: bool
) -> None:
    authority = trustme.CA()
    answers: Iterator[Answer] = iter(())

    def answer(connection: ssl.SSLSocket) -> None:
        next(answers)(connection)

    with tls_server(authority, name=ELSEWHERE, answer=answer) as server:
        address = f"https://{ELSEWHERE}:{server.port}"
        answers = winding(address)
        fetcher = reaching(server, authority)
        app = create_app(site.installation, clock=site.clock, fetcher=fetcher)
        asking = replace(site, app=app)
        if as_program:
            told = app.test_client().post(path, base_url=site.base_url, data=f"{address}/link")
        else:
            told = asking.browser().send(path, {"text": f"{address}/link"})
    assert told.status_code == 200, told.text
    assert len(server.requests) == 32
