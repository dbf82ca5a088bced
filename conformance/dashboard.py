"""The dashboard in a browser: every page with data, empty, with 10,000 messages and with payloads that nobody should trust;
narrow and wide, light and dark; and the buttons.

    cargo xtask dashboard [--screenshots FOLDER] [SCENE...]

which builds the program that serves it, and has what this needs: Playwright, and a `chromium` in the PATH or in `CHROMIUM`.
A check fails on what it looks for, on anything in the console, on a dialog of the browser, on a page wider than the screen, and
on a request that fails without being meant to."""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import urllib.request

from playwright.sync_api import Error, expect, sync_playwright

PAGES = ["overview", "queues", "messages", "chains", "runs", "dead", "errors", "requests", "send", "clock"]
SCREENS = [(1440, 900, "light"), (1440, 900, "dark"), (390, 844, "dark"), (390, 844, "light")]
# A page is there when its heading is; on a busy machine that takes its time.
SECONDS = 20

failures = []


def check(name, ok, reason=""):
    print(f"{'pass' if ok else 'FAIL'}  {name}" + ("" if ok else f"\n      {reason}"), flush=True)
    if not ok:
        failures.append(name)


@contextlib.contextmanager
def served(program, scene):
    """The example with a scene, on a free port."""
    process = subprocess.Popen([program, "0", scene], stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


class Browser:
    """A page, and what must not happen on it."""

    def __init__(self, playwright, url, screenshots):
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        self.browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        self.url, self.screenshots, self.wrong, self.allowed = url, screenshots, [], 0
        self.open(1440, 900, "light")

    def open(self, width, height, scheme):
        """A window of a size."""
        context = self.browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        context.set_default_timeout(SECONDS * 1000)
        self.page, self.size = context.new_page(), f"{width}-{scheme}"
        self.page.on("console", self.said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("dialog", self.dialog)

    def said(self, message):
        # A browser writes a refused request to the console; where a refusal is what is tried, so many are expected.
        if self.allowed and "Failed to load resource" in message.text:
            self.allowed -= 1
        else:
            self.wrong.append(f"console: {message.type}: {message.text}")

    def dialog(self, dialog):
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def show(self, path):
        """Shows a page, and waits until it has loaded what it shows."""
        self.page.goto(f"{self.url}/#/{path}")
        main = self.page.locator("main")
        expect(main.locator("h1, .tiles").first).to_be_visible(timeout=SECONDS * 1000)
        expect(self.page.locator(".link")).to_have_attribute("data-state", "live", timeout=SECONDS * 1000)
        # Lists come in another answer.
        self.page.wait_for_timeout(250)
        return main

    def settled(self, name):
        """Whether nothing has gone wrong since the last time."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.wrong.append(f"{wide} pixels wider than the screen")
        banner = self.page.locator("main > .stop:visible")
        if banner.count():
            self.wrong.append(f"banner: {banner.first.inner_text()}")
        if self.screenshots:
            self.page.screenshot(path=f"{self.screenshots}/{name.replace(' ', '-').replace('/', '_')}.png", full_page=True)
        wrong, self.wrong = self.wrong, []
        check(name, not wrong, "\n      ".join(wrong[:5]))

    def toast(self, words):
        expect(self.page.locator(".toast", has_text=words).first).to_be_visible()

    def confirm(self, label):
        self.page.locator("dialog[open]").get_by_role("button", name=label).click()


def every_page(browser, scene):
    for width, height, scheme in SCREENS:
        browser.open(width, height, scheme)
        for page in PAGES:
            browser.show(page)
            browser.settled(f"{scene} {page} {width} {scheme}")
    browser.open(1440, 900, "light")


def one_of_each(browser, scene):
    """A message, a chain and a run."""
    for kind, listed in [("message", "messages"), ("message", "dead"), ("chain", "chains"), ("run", "runs"), ("run", "requests")]:
        main = browser.show(listed)
        first = main.locator(f'tbody a[href^="#/{kind}?"]').first
        with contextlib.suppress(Error):
            first.wait_for()
        if not first.count():
            check(f"{scene} {kind} of {listed}", False, "the list has none")
            continue
        browser.show(first.get_attribute("href").removeprefix("#/"))
        browser.settled(f"{scene} {kind} of {listed}")


def buttons(browser, _):
    """What a person does, and what comes of it."""
    page = browser.page
    main = browser.show("queues")
    row = main.locator("tr", has_text="shop-BuildReport")
    row.get_by_role("button", name="Pause", exact=True).click()
    expect(row.locator(".pill", has_text="paused")).to_be_visible()
    row.get_by_role("button", name="Resume: the command").click()
    expect(page.locator(".popover code")).to_contain_text("cargo run -- queue resume shop-BuildReport")
    page.keyboard.press("Escape")
    row.get_by_role("button", name="Resume", exact=True).click()
    expect(row.locator(".pill", has_text="paused")).to_have_count(0)
    browser.settled("pause and resume")

    main = browser.show("dead")
    boxes = main.locator("tbody input[type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    main.get_by_role("button", name="Redrive 2 chosen", exact=True).click()
    expect(page.locator("dialog[open] h2")).to_have_text("Redrive 2 dead letters?")
    browser.confirm("Redrive 2")
    browser.toast("2 messages moved back")
    expect(page.locator('nav a[data-page="dead"] .count')).to_have_text("38")
    expect(boxes).to_have_count(38)
    browser.settled("redrive of what was chosen")

    boxes.nth(0).check()
    main.get_by_role("button", name="Delete 1 chosen", exact=True).click()
    page.locator("dialog[open]").get_by_role("button", name="Cancel").click()
    main.get_by_role("button", name="Delete 1 chosen", exact=True).click()
    browser.confirm("Delete 1")
    browser.toast("1 message deleted")
    browser.settled("delete")

    main = browser.show("dead?queue=shop-dead-letters&text=9007")
    main.locator('tbody a[href^="#/message?"]').first.click()
    main.get_by_role("button", name="Edit and resend", exact=True).click()
    area = page.locator("dialog[open] textarea")
    area.fill("{")
    browser.confirm("Resend")
    expect(page.locator("dialog[open] .problem")).to_contain_text("must be JSON")
    area.fill('{"order": 1, "customer": "somebody"}')
    browser.confirm("Resend")
    browser.toast("sent")
    page.locator(".toast a", has_text="the new message").click()
    expect(main.locator("pre", has_text='"customer": "somebody"').first).to_be_visible()
    browser.settled("edit and resend")

    main = browser.show("dead?queue=shop-dead-letters&text=%22order%5C%22%3A90")
    main.get_by_role("button", name="Redrive all that match", exact=True).click()
    title = page.locator("dialog[open] h2").inner_text()
    count = title.split()[1]
    browser.confirm(f"Redrive {count}")
    browser.toast(f"{count} messages moved back")
    expect(main.locator(".empty")).to_have_text("No dead letter matches.")
    browser.settled(f"redrive of all {count} that match")

    main = browser.show("clock")
    before = page.evaluate("fetch('/api/status').then((answer) => answer.json()).then((status) => status.now)")
    main.get_by_role("button", name="+ 1h", exact=True).click()
    main.get_by_role("textbox", name="how far").fill("2d")
    main.get_by_role("button", name="Advance by", exact=True).click()
    main.get_by_role("button", name="Stop", exact=True).click()
    expect(main.locator(".pill", has_text="stopped")).to_be_visible()
    main.get_by_role("button", name="To the next event", exact=True).click()
    browser.toast("later")
    now = page.evaluate("fetch('/api/status').then((answer) => answer.json()).then((status) => status.now)")
    check("the clock was moved", now - before >= 49 * 3_600_000, f"by {now - before} ms")
    main.get_by_role("button", name="Real time", exact=True).click()
    expect(main.locator(".pill", has_text="real time")).to_be_visible()
    browser.allowed = 1
    main.get_by_role("textbox", name="speed").fill("fast")
    main.get_by_role("button", name="Set speed", exact=True).click()
    browser.toast("must be 0 to 1000000")
    browser.settled("the clock")

    main = browser.show("send?task=Ship")
    area = main.get_by_role("textbox", name="what is sent")
    expect(area).not_to_have_value("")
    area.fill('{"order": "it\'s mine"}')
    expect(main.locator(".command code").first).to_contain_text("cargo run -- send Ship --payload '{\"order\": \"it'\\''s mine\"}'")
    main.get_by_role("button", name="Send", exact=True).click()
    browser.toast("sent")
    main.get_by_role("button", name="Send request", exact=True).click()
    expect(main.locator(".pill", has_text="201")).to_be_visible()
    main.get_by_role("button", name="Fire", exact=True).click()
    browser.toast("Nightly ran")
    browser.settled("send, request, fire")

    main = browser.show("requests")
    main.get_by_role("button", name="Replay", exact=True).first.click()
    browser.toast("answered 20")
    browser.settled("replay")

    main = browser.show("messages")
    main.get_by_role("combobox", name="any state").select_option("done")
    main.get_by_role("searchbox", name="text in the body").fill("customer 3")
    page.keyboard.press("Enter")
    expect(main.locator("tbody tr").first).to_be_visible()
    expect(main.locator(".pill:not([data-kind=done])")).to_have_count(0)
    check("filters are in the address", "state=done" in page.url and "text=customer+3" in page.url, page.url)
    browser.settled("filters")


def many(browser, _):
    """10,000 messages: no page has more than a hundred rows, and a search finds the last."""
    page = browser.page
    main = browser.show("messages?queue=shop-Charge")
    expect(main.locator("tbody tr")).to_have_count(50)
    main.get_by_role("link", name="Older").click()
    expect(page.locator("main tbody tr")).to_have_count(50)
    expect(page.locator("main").get_by_role("link", name="Newest")).to_be_visible()
    browser.settled("many: pages")
    main = browser.show("messages?queue=shop-Charge&text=order%5C%22%3A0%2C")
    expect(main.locator("tbody tr")).to_have_count(1)
    browser.settled("many: a search for the last")
    main = browser.show("dead")
    main.get_by_role("button", name="Redrive all", exact=True).click()
    expect(page.locator("dialog[open] h2")).to_have_text("Redrive 10,000 dead letters?")
    browser.confirm("Redrive 10,000")
    browser.toast("10,000 messages moved back")
    expect(main.locator(".empty")).to_be_visible()
    browser.settled("many: redrive of all")


def hostile(browser, _):
    """Every message of the lists, and what is behind the links to the whole."""
    for listed in ["messages?task=Import&state=done", "messages?task=SendMail", "messages?task=BuildReport", "dead"]:
        main = browser.show(listed)
        links = main.locator('tbody a[href^="#/message?"]')
        links.first.wait_for()
        hrefs = list(dict.fromkeys(links.evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")))[:14]
        for href in hrefs:
            main = browser.show(href.removeprefix("#/"))
            # Handlers of ours are none of the payload's: the page has no element that it did not make.
            odd = browser.page.evaluate("document.querySelectorAll('main img, main script, main iframe, main [onload], main [onerror]').length")
            polluted = browser.page.evaluate("({}).polluted === true")
            check(f"hostile {listed} {href}: text only", odd == 0 and not polluted, f"{odd} elements, polluted: {polluted}")
            if main.get_by_role("button", name="As it is").count():
                main.get_by_role("button", name="As it is").first.click()
        browser.settled(f"hostile {listed}")
    with urllib.request.urlopen(f"{browser.url}/api/message/ls?limit=100") as answer:
        policy = answer.headers["content-security-policy"]
    check("hostile: policy", policy.startswith("default-src 'none'"), policy)
    chains = browser.show("chain?id=%3Cimg%20src%3Dx%20onerror%3D%22alert(1)%22%3E%3Cscript%3Ealert(2)%3C%2Fscript%3E%3C%2Ftitle%3E%3Csvg%20onload%3Dalert(3)%3E")
    expect(chains.locator("h1")).to_contain_text("<script>alert(2)</script>")
    browser.settled("hostile: a chain with a bad name")


def gone(browser, _):
    """A stream while the page is hidden, and addresses of nothing."""
    browser.allowed = 3
    browser.page.goto(f"{browser.url}/#/message?id=999999")
    expect(browser.page.locator("main > .stop")).to_contain_text("neither in a queue nor in the history")
    browser.page.goto(f"{browser.url}/#/nothing?__proto__=1")
    expect(browser.page.locator(".tiles")).to_be_visible()
    browser.page.goto(f"{browser.url}/#/__proto__")
    expect(browser.page.locator(".tiles")).to_be_visible()
    browser.allowed = 0
    browser.settled("addresses of nothing")


SCENES = {
    # The buttons empty the dead letters.
    "busy": [one_of_each, buttons, every_page],
    "empty": [every_page, gone],
    "many": [every_page, many],
    "hostile": [every_page, hostile],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", metavar="PROGRAM", help="the example `dashboard` of async-lambda-local")
    parser.add_argument("--screenshots")
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help=", ".join(SCENES))
    options = parser.parse_intermixed_args()
    if options.screenshots:
        os.makedirs(options.screenshots, exist_ok=True)
    with sync_playwright() as playwright:
        for scene in options.scenes or SCENES:
            with served(options.program, scene) as url:
                browser = Browser(playwright, url, options.screenshots)
                for part in SCENES[scene]:
                    try:
                        part(browser, scene)
                    except (Error, AssertionError) as error:
                        check(f"{scene}: {part.__name__}", False, str(error)[:1500])
                browser.browser.close()
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
