"""Certificates: the shared context, and why a handshake failed in words a person can act on."""

import ssl

#: OpenSSL's verification codes (x509_vfy.h)
_WHY = {
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is self-signed",
    19: "its certificate's chain ends in an unknown authority",
    20: "its certificate's chain is incomplete or ends in an unknown authority",
    21: "its certificate's chain is incomplete",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}
#: servers that cannot renegotiate safely are common among the watched sites; a reader without a
#: login has nothing to lose by it. The constant has a name from Python 3.12 on
_LEGACY_SERVER_CONNECT = 0x4


def harden(context: ssl.SSLContext) -> ssl.SSLContext:
    """Our settings on a context that verifies: HTTP/1.1 alone, old servers reachable."""
    context.set_alpn_protocols(["http/1.1"])
    context.options |= _LEGACY_SERVER_CONNECT
    return context


def explain(host: str, error: BaseException, certificate_sha256: str | None = None) -> str:
    """What went wrong in the handshake, with the next step."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = _WHY.get(error.verify_code, f"its certificate fails: {error.verify_message}")
        return (
            f"{host} cannot be trusted: {why}; if you know the certificate is right, write "
            f'tls_fingerprint = "{certificate_sha256 or "its sha256"}" into the source'
        )
    if isinstance(error, ssl.SSLError):
        said = (error.reason or str(error)).replace("_", " ").lower()
        if "wrong version number" in said or "record layer" in said:
            return f"{host} does not speak TLS on this port; try http://"
        return f"{host} and this program find no common TLS ({said}); it is asked again later"
    return f"{host} broke the connection off while TLS began; it is asked again later"


def changed(host: str, certificate_sha256: str | None) -> str:
    """Another certificate than the one that was opted in to."""
    return (
        f"{host} shows another certificate than tls_fingerprint names; if you know it is right, "
        f'write tls_fingerprint = "{certificate_sha256}" into the source'
    )
