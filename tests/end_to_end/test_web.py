"""The web chat over real sockets: the frames of the contract, and everything a browser can do wrong."""

import asyncio
import json
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import PACKAGE
from tests.service import Browser, Service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = Service(tmp_path_factory.mktemp("web")).start()
    yield made
    made.stop()


async def test_the_first_typed_question_is_answered_in_its_script(service: Service):
    browser = await Browser(service).open()
    await browser.say("besplatna pravna pomoć", n=1)
    [message] = await browser.read_until(1)
    assert message["language"] == "sr-Latn"
    assert "Pravo na besplatnu pravnu pomoć" in message["text"]
    assert {"label": "Više o tome", "choice": "more_legal-aid"} in message["buttons"]
    assert browser.acknowledged == {1} or (await browser.read()) == {"ok": 1}
    await browser.close()


async def test_cyrillic_is_answered_in_cyrillic_and_albanian_in_albanian(service: Service):
    for words, language in (
        ("бесплатна правна помоћ", "sr-Cyrl"),
        ("ndihmë juridike falas", "sq"),
        ("free legal aid for displaced people", "en"),
    ):
        browser = await Browser(service).open()
        await browser.say(words)
        [message] = await browser.read_until(1)
        assert message["language"] == language
        await browser.close()


async def test_the_same_n_again_gives_one_reply(service: Service):
    browser = await Browser(service).open()
    for _ in range(3):
        await browser.say("vakcina", n="same")
    await browser.read_until(1)
    assert await browser.quiet()
    assert len(browser.messages) == 1
    await browser.close()


async def test_a_reconnect_replays_what_was_missed_and_nothing_else(service: Service):
    browser = await Browser(service).open()
    await browser.say("vakcina", n=1)
    await browser.read_until(1)
    await browser.say("bespovratna sredstva", n=2)
    await browser.close()
    await browser.open()
    await browser.read_until(2)
    assert await browser.quiet()
    assert [m["id"] for m in browser.messages] == sorted({m["id"] for m in browser.messages})
    await browser.close()


async def test_two_windows_of_one_browser_show_the_same(service: Service):
    first = await Browser(service).open()
    await first.read()
    second = Browser(service)
    second.key = first.key
    await second.open()
    await first.say("vakcina")
    assert (await first.read_until(1))[0]["id"] == (await second.read_until(1))[0]["id"]
    await first.close()
    await second.close()


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "[]",
        "42",
        '"text"',
        "{}",
        '{"text": 5}',
        '{"text": "a", "choice": "b"}',
        '{"n": 1}',
        '{"text": "a", "n": {"a": 1}}',
        b"\xff\xfe\x00",
    ],
)
async def test_a_frame_that_cannot_be_used_gets_a_plain_sentence(service: Service, frame: str | bytes):
    browser = await Browser(service, "en").open()
    await browser.read()
    await browser.send(frame)
    error = await browser.read()
    assert error["error"].startswith("I did not understand this message")
    await browser.say("legal aid")
    await browser.read_until(1)
    await browser.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "😀😀",
        "\u0000",
        "\u202e\u200f",
        "<b>x</b> <script>alert(1)</script>",
        "**[x](javascript:alert(1))**",
        "Кo мoже дa ме зaступа",
        "x" * 100_000,
        "\ud83d",
    ],
)
async def test_whatever_is_typed_gets_one_kind_answer(service: Service, text: str):
    browser = await Browser(service, "en").open()
    await browser.say(text, n=1)
    [message] = await browser.read_until(1)
    assert message["text"]
    assert message["buttons"]
    assert "Traceback" not in message["text"]
    await browser.close()


async def test_a_megabyte_frame_is_refused_and_the_chat_goes_on(service: Service):
    browser = await Browser(service, "en").open()
    await browser.read()
    await browser.say("a" * 1_000_000)
    assert "error" in await browser.read()
    await browser.say("legal aid")
    await browser.read_until(1)
    await browser.close()


@pytest.mark.parametrize(
    "choice", ["article_nothing", "nothing", "article_", "../../etc", "Љ", "x" * 65, "language_xx", "topic_x", "staff_this"]
)
async def test_a_forged_choice_gets_a_kind_sentence(service: Service, choice: str):
    browser = await Browser(service, "en").open()
    await browser.press(choice)
    [message] = await browser.read_until(1)
    assert message["buttons"]
    await browser.close()


async def test_a_flood_from_one_person_leaves_others_served(service: Service):
    flooding, other = await Browser(service, "en").open(), await Browser(service, "en").open()
    for number in range(600):
        await flooding.say("hello", n=number)
    await other.say("legal aid")
    await other.read_until(1)
    while len(flooding.acknowledged) < 600:
        await flooding.read()
    told = [m for m in flooding.messages if "faster than I can read" in m["text"]]
    assert len(told) == 1
    await flooding.close()
    await other.close()


async def test_a_plain_get_is_told_to_upgrade(service: Service):
    with pytest.raises(urllib.error.HTTPError) as refused:
        await asyncio.to_thread(urllib.request.urlopen, f"{service.url}/channels/web")
    assert refused.value.code == 426


async def test_a_question_for_staff_is_answered_in_the_chat(service: Service):
    browser = await Browser(service, "en").open()
    await browser.press("staff")
    await browser.read_until(1)
    await browser.say("When does the bus from Belgrade leave? My number is 0101990712345.")
    asked = (await browser.read_until(2))[1]["text"]
    code = asked.split("**")[1]
    listed = await asyncio.to_thread(service.command, "questions", "list")
    assert code in listed.stdout
    assert "0101990712345" not in listed.stdout
    answered = await asyncio.to_thread(service.command, "questions", "answer", code, "At nine from the station.")
    assert answered.returncode == 0, answered.stderr
    answer = (await browser.read_until(3))[2]
    assert "At nine from the station." in answer["text"]
    assert code in answer["text"]
    twice = await asyncio.to_thread(service.command, "questions", "answer", code, "Again.")
    assert twice.returncode == 1
    assert "answered already" in twice.stderr
    assert "Traceback" not in twice.stderr
    await browser.close()


async def test_a_second_service_on_one_ledger_is_refused(service: Service):
    second = Service(service.folder, port=service.port + 1)
    refused = await asyncio.to_thread(second.command, "run", "--port", str(second.port))
    assert refused.returncode == 1
    assert "another Prag already serves this ledger" in refused.stderr


def read_page(url: str) -> tuple[int, str, dict[str, str]]:
    request = urllib.request.Request(url, headers={"Accept-Language": "sq"})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read().decode(), dict(response.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers)


@pytest.mark.parametrize("language", ["sr-Cyrl", "sr-Latn", "sq", "en"])
def test_an_article_is_a_page_in_each_language(service: Service, language: str):
    status, page, headers = read_page(f"{service.url}/articles/return-right?language={language}")
    assert status == 200
    assert f'<html lang="{language}">' in page
    assert "<script>" not in page
    assert "default-src 'self'" in {k.lower(): v for k, v in headers.items()}["content-security-policy"]


def test_an_article_page_takes_the_browsers_language(service: Service):
    assert '<html lang="sq">' in read_page(f"{service.url}/articles/return-right")[1]


def test_an_unknown_article_is_a_kind_404(service: Service):
    status, page, _ = read_page(f"{service.url}/articles/nothing")
    assert status == 404
    assert "Hapni bisedën" in page


def test_health_metrics_and_the_staff_place_answer(service: Service):
    assert json.loads(read_page(f"{service.url}/healthz")[1])["ok"] is True
    assert "prag_turn_seconds" in read_page(f"{service.url}/metrics")[1]
    assert read_page(f"{service.url}/staff")[0] == 200


async def test_new_content_is_served_within_seconds_without_a_restart(tmp_path: Path):
    shutil.copytree(PACKAGE / "content", tmp_path / "content")
    service = Service(tmp_path, {"PRAG_CONTENT_DIR": str(tmp_path / "content")}).start()
    try:
        article = tmp_path / "content/topics/legal-aid/en.md"
        article.write_text(article.read_text("utf-8").replace("# ", "# Renewed: ", 1), "utf-8")
        published = await asyncio.to_thread(service.command, "content", "publish")
        assert "1 files published" in published.stdout
        for _ in range(60):
            if "Renewed: " in (await asyncio.to_thread(read_page, f"{service.url}/articles/legal-aid?language=en"))[1]:
                break
            await asyncio.sleep(0.5)
        else:
            raise AssertionError("the new text was not served")
    finally:
        service.stop()


def test_the_service_refuses_to_start_on_broken_content(tmp_path: Path):
    shutil.copytree(PACKAGE / "content", tmp_path / "content")
    meta = tmp_path / "content/topics/legal-aid/meta.toml"
    meta.write_text(meta.read_text("utf-8").replace("review_by = 2", 'review_by = "soon" # 2', 1), "utf-8")
    refused = Service(tmp_path, {"PRAG_CONTENT_DIR": str(tmp_path / "content")}).command("run", "--port", "1")
    assert refused.returncode == 1
    assert "content/topics/legal-aid/meta.toml" in refused.stderr
    assert "review_by" in refused.stderr
