"""`certwright check`: the webhook's rules on files and stdin, with no server."""
import subprocess

from .claims import expect, expect_equal, expect_in

BOUND = 60


def run(binary, *words, stdin=""):
    return subprocess.run([str(binary), *map(str, words)], input=stdin, capture_output=True, text=True, timeout=BOUND,
                          check=False)


def scenario(claims, binary, samples):
    with claims.claim("it accepts every sample"):
        files = sorted(samples.glob("*.yaml"))
        done = run(binary, "check", *files)
        expect_equal((done.returncode, done.stderr), (0, ""))
    for path in sorted((samples / "refused").glob("*.yaml")):
        with claims.claim(f"it refuses samples/refused/{path.name}, naming the field, the file and a line"):
            field = path.read_text().split("Refused: ", 1)[1].split()[0].rstrip(".")
            done = run(binary, "check", path)
            text = done.stdout + done.stderr
            expect_equal(done.returncode, 1)
            expect_in(f"{field}: ", text)
            expect_in(f"{path.name}:", text)
    with claims.claim("it reads stdin, and one bad object among good ones makes it exit 1"):
        good = (samples / "mesh-gateway.yaml").read_text()
        expect_equal(run(binary, "check", "-", stdin=good).returncode, 0)
        bad = (samples / "refused" / "no-identity.yaml").read_text()
        expect_equal(run(binary, "check", "-", stdin=f"{good}\n---\n{bad}").returncode, 1)
    for what, text in (("malformed YAML", "kind: [\n"), ("text", "hello\n"),
                       ("an unknown field", good.replace("dnsNames", "dnsname")), ("deep nesting", "[" * 100_000),
                       ("an alias bomb", bomb())):
        with claims.claim(f"it refuses {what} with exit 1 and a message"):
            done = run(binary, "check", "-", stdin=text)
            expect_equal(done.returncode, 1)
            expect(done.stdout + done.stderr, "it says nothing")
    with claims.claim("a file that is not there is an error with its name"):
        done = run(binary, "check", "/nowhere/x.yaml")
        expect(done.returncode != 0, "exit 0")
        expect_in("/nowhere/x.yaml", done.stdout + done.stderr)
    with claims.claim("certwright version prints it"):
        expect_in("0.1.0", run(binary, "version").stdout)


def bomb():
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(levels) + "\n"
