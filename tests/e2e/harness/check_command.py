"""`certwright check`: the webhook's rules on files, folders and stdin, with no server."""
import json
import pathlib
import subprocess
import tempfile
import time

from .claims import expect, expect_equal, expect_in

BOUND = 60
HELM = "---\n# Source: chart/templates/service.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: x}\n" \
       "---\n# Source: chart/templates/web.yaml\n"


def run(binary, *words, stdin=""):
    return subprocess.run([str(binary), "check", *map(str, words)], input=stdin, capture_output=True, text=True,
                          timeout=BOUND, check=False)


def scenario(claims, binary, samples):
    good = (samples / "mesh-gateway.yaml").read_text()
    bad = (samples / "refused" / "no-identity.yaml").read_text()
    _samples(claims, binary, samples)
    _inputs(claims, binary, good, bad)
    _outputs(claims, binary, good, bad)
    _unreadable(claims, binary, good)
    _hostile(claims, binary)
    with claims.claim("certwright version prints it"):
        done = subprocess.run([str(binary), "version"], capture_output=True, text=True, timeout=BOUND, check=False)
        expect_in("0.1.0", done.stdout)


def _samples(claims, binary, samples):
    with claims.claim("it accepts every sample, file by file and as a folder's files together"):
        done = run(binary, *sorted(samples.glob("*.yaml")), *sorted(samples.glob("acme/*.yaml")))
        expect_equal((done.returncode, done.stderr), (0, ""))
        expect_equal(run(binary, samples / "mesh-gateway.yaml").returncode, 0)
    for path in sorted((samples / "refused").glob("*.yaml")):
        with claims.claim(f"it refuses samples/refused/{path.name}, naming the field, the file, line and column"):
            field = path.read_text().split("Refused: ", 1)[1].split()[0].rstrip(".")
            done = run(binary, path)
            expect_equal(done.returncode, 1)
            place = done.stdout.split(": error [", 1)[0].rsplit("\n", 1)[-1].split(f"{path.name}:", 1)[1]
            expect(all(int(number) > 0 for number in place.split(":")), done.stdout)
            expect_in(f"] {field}: ", done.stdout)
    with claims.claim("it refuses the folder of the refused ones, all of them"):
        done = run(binary, samples / "refused", "-o", "json")
        expect_equal(done.returncode, 1)
        files = {finding["file"] for finding in json.loads(done.stdout)["findings"] if finding["level"] == "error"}
        expect_equal(len(files), len(list((samples / "refused").glob("*.yaml"))))
    with claims.claim("it accepts the changed Order as a new one, and refuses it as an update of the sample"):
        changed = samples / "frozen" / "order.yaml"
        expect_equal(run(binary, changed).returncode, 0)
        done = run(binary, changed, "--old", samples / "order.yaml")
        expect_equal(done.returncode, 1)
        expect_in("spec", done.stdout)


def _inputs(claims, binary, good, bad):
    with claims.claim("it reads stdin, and one bad object among good ones makes it exit 1"):
        expect_equal(run(binary, "-", stdin=good).returncode, 0)
        expect_equal(run(binary, "-", stdin=f"{good}\n---\n{bad}").returncode, 1)
    with claims.claim("it reads what helm writes, and names the template"):
        done = run(binary, "-", stdin=HELM + bad)
        expect_equal(done.returncode, 1)
        expect_in("chart/templates/web.yaml", done.stdout)
        expect_in("1 of other kinds", done.stdout)
    with claims.claim("it reads a pipe that is named as a file"), tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "web.yaml"
        path.write_text(bad)
        done = subprocess.run(["bash", "-c", '"$0" check <(cat "$1")', str(binary), str(path)], capture_output=True,
                              timeout=BOUND, check=False)
        expect_equal(done.returncode, 1)
    with claims.claim("an unknown field is refused"):
        expect_equal(run(binary, "-", stdin=good.replace("dnsNames", "dnsname")).returncode, 1)


def _outputs(claims, binary, good, bad):
    with claims.claim("JSON has the finding with file, line, rule and field"):
        told = json.loads(run(binary, "-", "-o", "json", stdin=bad).stdout)
        expect_equal((told["version"], told["exitCode"], told["summary"]["refused"]), (1, 1, 1))
        finding = told["findings"][0]
        expect(finding["line"] > 0 and finding["column"] > 0 and finding["rule"], finding)
        expect_equal((finding["file"], finding["kind"]), ("<stdin>", "Certificate"))
    with claims.claim("SARIF 2.1.0 names rule, level and region of each result"):
        told = json.loads(run(binary, "-", "--output=sarif", stdin=bad).stdout)
        expect_equal(told["version"], "2.1.0")
        results, rules = told["runs"][0]["results"], told["runs"][0]["tool"]["driver"]["rules"]
        expect(results, told)
        for result in results:
            expect_equal(rules[result["ruleIndex"]]["id"], result["ruleId"])
            expect(result["locations"][0]["physicalLocation"]["region"]["startLine"] > 0, result)
    with claims.claim("a good run says so in each form, with exit 0"):
        for form in ("text", "json", "sarif"):
            done = run(binary, "-", "-o", form, stdin=good)
            expect_equal((done.returncode, done.stderr), (0, ""))
            if form != "text":
                json.loads(done.stdout)
    upper = good.replace("dnsNames: [", "dnsNames: [UPPER.example.com, ")
    with claims.claim("a warning exits 0, with --warnings-as-errors 1, with its rule enforced 1"):
        expect(upper != good, "the sample has changed")
        warned = run(binary, "-", "-o", "json", stdin=upper)
        expect_equal(warned.returncode, 0)
        rule = next(one["rule"] for one in json.loads(warned.stdout)["findings"] if "pper" in one["message"])
        expect_equal(run(binary, "-", "--warnings-as-errors", stdin=upper).returncode, 1)
        expect_equal(run(binary, "-", "--enforce", rule, stdin=upper).returncode, 1)


def _unreadable(claims, binary, good):
    for what, text in (("malformed YAML", "kind: [\n"), ("deep nesting", "[" * 100_000), ("an alias bomb", bomb()),
                       ("text that never ends its quotes", good + '\nx: "'), ("no UTF-8", "a: \udcff")):
        with claims.claim(f"{what} is exit 2 with a message"):
            done = subprocess.run([str(binary), "check", "-"], input=text.encode(errors="surrogateescape"),
                                  capture_output=True, timeout=BOUND, check=False)
            expect_equal(done.returncode, 2)
            expect_in(b"<stdin>", done.stdout)
    with claims.claim("a file that is not there is exit 2 with its name, and so is wrong use"):
        done = run(binary, "/nowhere/x.yaml")
        expect_equal(done.returncode, 2)
        expect_in("/nowhere/x.yaml", done.stdout + done.stderr)
        for words in ((), ("-", "-o", "xml"), ("-", "--enforce", "no.such.rule"), ("--nonsense",)):
            expect_equal(run(binary, *words).returncode, 2)


def _hostile(claims, binary):
    with claims.claim("files of the largest size that mean harm end soon"):
        size = 8 << 20
        for text in ("[" * size, "- " * (size // 2), "%TAG !a! b\r" * (size // 11), "? " * (size // 2), "'" * size,
                     "[" + "a," * (size // 2 - 1), "a: &a [" + "*a," * (size // 3 - 8)):
            start = time.monotonic()
            run(binary, "-", stdin=text)
            expect(time.monotonic() - start < BOUND / 2, f"{text[:10]!r}")


def bomb():
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(levels) + "\n"
