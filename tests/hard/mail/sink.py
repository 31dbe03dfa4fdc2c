"""A mail server on loopback that keeps nothing: says what it got, a JSON line each, on standard output.

The first line is {"port"}; then {"connected"} for each connection and {"from", "to", "tls", "user", "subject", "text", "html"}
for each mail that it took. What it does with a mail is in the local part of the recipient:
  rcpt-NNN  answers the recipient with this code, once-NNN only the first one of all
  data-NNN  answers the mail with this code, and repeats the mail's words
  hang      never answers the recipient
Needs aiosmtpd, and trustme for TLS; runs until its standard input ends.
"""

import argparse
import asyncio
import email
import email.policy
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult


def say(**line):
    print(json.dumps(line), flush=True)


class Handler:
    failed_once = set()

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        behaviour, _, code = address.split("@")[0].partition("-")
        is_first = address not in self.failed_once
        self.failed_once.add(address)
        if behaviour == "hang":
            await asyncio.sleep(3600)
        if behaviour == "rcpt" or (behaviour == "once" and is_first):
            return f"{code} {code[0]}.1.1 <{address}>: not here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = mail.get_body(("plain",)).get_content()
        behaviour, _, code = envelope.rcpt_tos[0].split("@")[0].partition("-")
        if behaviour == "data":
            return f"{code} {code[0]}.7.1 no: " + " ".join(text.split()).encode("ascii", "replace").decode()
        say(
            **{"from": envelope.mail_from, "to": envelope.rcpt_tos},
            tls=server.transport.get_extra_info("ssl_object") is not None,
            user=getattr(session.auth_data, "login", b"").decode() or None,
            subject=mail["subject"],
            text=text,
            html=mail.get_body(("html",)).get_content(),
        )
        return "250 2.0.0 taken"


class Session(SMTP):
    def connection_made(self, transport):
        # Called again when TLS begins.
        if self._original_transport is None:
            say(connected=True)
        super().connection_made(transport)


async def serve(options):
    context = None
    if options.tls != "none":
        import trustme

        authority = trustme.CA()
        authority.cert_pem.write_to_path(options.ca)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(options.name).configure_cert(context)

    def authenticate(server, session, envelope, mechanism, data):
        is_right = options.auth == f"{data.login.decode()}:{data.password.decode()}"
        # As unkind as a server can be: it repeats what it refuses.
        refusal = f"535 5.7.8 {data.password.decode()} is wrong"
        return AuthResult(success=is_right, handled=False, message=None if is_right else refusal, auth_data=data)

    def session():
        return Session(
            Handler(),
            enable_SMTPUTF8=True,
            timeout=options.timeout,
            authenticator=authenticate if options.auth else None,
            auth_required=bool(options.auth),
            auth_require_tls=options.tls == "starttls",
            tls_context=context if options.tls == "starttls" else None,
            require_starttls=options.tls == "starttls",
        )

    listening = context if options.tls == "implicit" else None
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", options.port, ssl=listening)
    say(port=server.sockets[0].getsockname()[1])
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
    parser.add_argument("--name", default="127.0.0.1", help="whom the certificate is for")
    parser.add_argument("--ca", help="where to write the certificate to trust")
    parser.add_argument("--auth", help="USER:PASSWORD")
    parser.add_argument("--timeout", type=float, default=300, help="seconds that a silent connection may stay")
    # It says much of what tests do on purpose.
    logging.disable()
    warnings.simplefilter("ignore")
    asyncio.run(serve(parser.parse_args()))
