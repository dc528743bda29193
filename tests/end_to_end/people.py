"""A person in the web chat who signs up, and what the office types beside the running service."""

import asyncio
import urllib.error
import urllib.request
from email.message import Message

from tests.service import Browser, Service


async def ran(service: Service, *words: str) -> str:
    done = await asyncio.to_thread(service.command, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def refused(service: Service, *words: str) -> str:
    done = await asyncio.to_thread(service.command, *words)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


async def press(browser: Browser, *payloads: str) -> str:
    """Press these one after another; gives the text of the last answer."""
    for payload in payloads:
        count = len(browser.messages)
        await browser.press(payload)
        await browser.read_until(count + 1)
    return str(browser.messages[-1]["text"])


async def write(browser: Browser, *texts: str) -> str:
    """Write these one after another; gives the text of the last answer."""
    for text in texts:
        count = len(browser.messages)
        await browser.say(text)
        await browser.read_until(count + 1)
    return str(browser.messages[-1]["text"])


async def sign_up(browser: Browser, name: str = "Milica Jovanović", phone: str = "064 123 4567") -> str:
    """Fill in the go-and-see form; gives the code."""
    await press(browser, "form_go-and-see", "formgo_go-and-see", "formfor_self")
    await write(browser, "Đakovica", "Crmljan", "3")
    await press(browser, "pick_go-and-see_days_weekend", "pick_go-and-see_help_wheelchair", "formdone")
    await write(browser, name, phone)
    return code_in(await press(browser, "formsend", "formagree_yes", "formcontact_yes"))


async def complain(browser: Browser, story: str, *, anonymous: bool = True, name: str = "Milica Jovanović") -> str:
    """Fill in the complaint form; gives the code."""
    await press(browser, "form_complaint", "formgo_complaint", "pick_complaint_about_staff")
    await write(browser, story)
    await press(browser, "formskip", "formskip", f"pick_complaint_anonymous_{'yes' if anonymous else 'no'}")
    if not anonymous:
        await write(browser, name)
        await press(browser, "formskip", "formsend", "formagree_yes", "formcontact_no")
    else:
        await press(browser, "formsend", "formagree_yes")
    return code_in(browser.messages[-1]["text"])


def code_in(receipt: str) -> str:
    return "".join(receipt.split("**")[3].split())


def fetch(url: str, method: str = "GET") -> tuple[int, bytes, Message]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method)) as response:
            return response.status, response.read(), response.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers
