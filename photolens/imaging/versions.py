"""Which libraries decode photos here, for bug reports."""

from __future__ import annotations

_FEATURES = {
    "libjpeg-turbo": "libjpeg_turbo",
    "libtiff": "libtiff",
    "OpenJPEG": "jpg_2000",
    "WebP": "webp",
    "AVIF": "avif",
    "Little CMS": "littlecms2",
}


def decoder_versions() -> dict[str, str]:
    """Their names and versions; "missing" where Pillow was built without."""
    # Here, since the window, which offers this, has no other use for Pillow.
    import pillow_heif
    from PIL import features

    from photolens.imaging.raw import libraw_version

    found = {name: features.version(feature) or "missing" for name, feature in _FEATURES.items()}
    return found | {
        "libheif": pillow_heif.libheif_version(),
        "LibRaw": libraw_version(),
    }
