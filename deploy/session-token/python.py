"""How a backend in Python mints a session token: with the standard library alone.

AUROUS_SESSION_SECRETS=… python3 python.py SUBJECT
"""
import base64, hashlib, hmac, json, os, re, sys, time


def mint_session_token(secret: str, subject: str) -> str:
    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    claims = {"aud": "aurous-gateway", "sub": subject, "exp": int(time.time()) + 10 * 60}
    signed = ".".join(part(json.dumps(it).encode()) for it in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{signed}.{part(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))}"


if __name__ == "__main__":
    secret = re.split(r"[,\n]", os.environ["AUROUS_SESSION_SECRETS"])[0].strip()
    print(mint_session_token(secret, sys.argv[1]))
