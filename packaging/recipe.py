"""What the installed program consists of: the lists that `photolens.spec` and the installers go by.

Imports nothing but the standard library, so that the tests read it without PyInstaller.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from fnmatch import fnmatchcase
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "photolens"
APP_ID = "org.photolens.PhotoLens"
COMMENT = "Search your own photos by showing and telling, all on your machine"

# Folders of resources/ that the program asks for; pictures for README.md are none of them.
RESOURCES = ("help", "models", "texts", "translations")
# Of a model: what it consists of, and its card with its licence.
_MODEL_FILES = ("*.safetensors", "*.json", "README.md")
_MEASUREMENTS = ("eval.json",)

# Imported by a name that PyInstaller does not see: photolens/imaging/formats.py.
HIDDEN_MODULES = ("pillow_heif", "pillow_jxl")

# Only ever imported in passing, for what PhotoLens does not do: training, compiling, exporting or spreading a
# model over machines, measuring torch itself, colouring source code, the web client of the hub.
EXCLUDED_MODULES = (
    "IPython",
    "PIL.ImageQt",
    "PIL.ImageTk",
    "functorch",
    "hf_xet",
    "huggingface_hub.cli",
    "huggingface_hub.inference",
    "jinja2",
    "markupsafe",
    "matplotlib",
    "networkx",
    "numpy.f2py",
    "pip",
    "pydoc_data",
    "pygments",
    "readline",  # its library is another on each system; input() does without
    "setuptools",
    "sympy.physics",
    "sympy.testing",
    "tkinter",
    *(
        f"torch._inductor.codegen.{name}"
        for name in (
            *("cpp", "cpp_gemm_template", "cpp_wrapper_cpu", "cpp_wrapper_gpu", "cuda", "cutlass", "halide"),
            *("pallas", "rocm", "simd", "triton", "wrapper"),
        )
    ),
    "torch._inductor.fx_passes",
    "torch._inductor.kernel",
    "torch._vendor.quack",
    "torch.ao.ns",
    "torch.ao.pruning",
    "torch.distributed._tools",
    "torch.distributed.checkpoint",
    "torch.distributed.elastic",
    "torch.distributed.pipelining",
    "torch.testing._internal.common_methods_invocations",
    "torch.testing._internal.common_utils",
    "torch.testing._internal.distributed.distributed_test",
    "torch.testing._internal.distributed.rpc",
    "torch.testing._internal.generated",
    "torch.testing._internal.opinfo",
    "torch.utils.benchmark",
    "torch.utils.bottleneck",
    "torch.utils.hipify",
    "torch.utils.tensorboard",
    "torchvision.transforms.v2",
)

# Files by where they would lie in the bundle, always with "/". The first pattern that fits decides; what none
# fits is kept. `*` goes across folders.
_FILES: tuple[tuple[bool, str], ...] = (
    # torch refuses to be imported without this one; the other programs beside it are its tests.
    (True, "torch/bin/torch_shm_manager"),
    (True, "torch/bin/*.dll"),
    (False, "torch/bin/*"),
    (False, "torch/test/*"),
    (False, "torch/include/*"),
    (False, "torch/share/*"),
    (False, "torch/lib/*.a"),
    (False, "torch/lib/*.lib"),
    (False, "torch/lib/libaoti_custom_ops*"),
    (False, "torch/lib/libbackend_with_compiler*"),
    (False, "torch/lib/libjitbackend_test*"),
    (False, "torch/lib/libtorchbind_test*"),
    # torch, torchvision and timm bring the source of each module beside what is compiled. torch looks at some
    # while it is imported: for notes on settings, for the bodies of overloaded functions.
    (True, "torch/*config.py"),
    (True, "torch/_dynamo/_trace_wrapped_higher_order_op.py"),
    (True, "torch/_dynamo/variables/memory.py"),
    (True, "torch/_dynamo/variables/streams.py"),
    (True, "torch/distributed/_functional_collectives.py"),
    (True, "torch/distributed/tensor/_collective_utils.py"),
    (True, "torch/onnx/ops/*"),
    (False, "torch/_dynamo/*.py"),
    (False, "torch/_export/*.py"),
    (False, "torch/_inductor/*.py"),
    (False, "torch/_numpy/*.py"),
    (False, "torch/ao/*.py"),
    (False, "torch/distributed/*.py"),
    (False, "torch/distributions/*.py"),
    (False, "torch/export/*.py"),
    (False, "torch/onnx/*.py"),
    (False, "torch/optim/*.py"),
    (False, "torch/testing/*.py"),
    (False, "torchvision/datasets/*.py"),
    (False, "torchvision/models/*.py"),
    (False, "torchvision/transforms/*.py"),
    (False, "timm/data/*.py"),
    (False, "timm/models/*.py"),
    # Operators for detection and for reading pictures; none of CLIP's. Those of another build of torch than
    # the one beside them would not load anyway.
    (False, "libcudart.*"),
    (False, "libnvjpeg.*"),
    (False, "torchvision/*.so"),
    (False, "torchvision/*.pyd"),
    (False, "torchvision/*.dylib"),
    (False, "torchvision/*.dll"),
    (False, "torchvision.libs/*"),
    (False, "torchvision/.dylibs/*"),
    # Windows and dialogs are drawn by Qt itself, and nothing of it speaks to a network.
    (True, "*/plugins/platforms/*qxcb*"),
    (True, "*/plugins/platforms/*qwayland*"),
    (True, "*/plugins/platforms/*qoffscreen*"),
    (True, "*/plugins/platforms/*qwindows*"),
    (True, "*/plugins/platforms/*qcocoa*"),
    (False, "*/plugins/platforms/*"),
    (True, "*/plugins/imageformats/*qjpeg*"),
    (True, "*/plugins/imageformats/*qsvg*"),
    (False, "*/plugins/imageformats/*"),
    (False, "*/plugins/egldeviceintegrations/*"),
    (False, "*/plugins/generic/*"),
    (False, "*/plugins/networkinformation/*"),
    (False, "*/plugins/platforminputcontexts/*virtualkeyboard*"),
    (False, "*/plugins/tls/*"),
    (True, "*/plugins/wayland-shell-integration/*xdg-shell*"),
    (False, "*/plugins/wayland-shell-integration/*"),
    (False, "*/plugins/wayland-graphics-integration-client/*"),
    (False, "*/plugins/xcbglintegrations/*"),
    # Qt's own buttons, in the languages that PhotoLens speaks.
    (True, "*PySide6/*translations/qtbase_de.qm"),
    (True, "*PySide6/*translations/qtbase_zh_CN.qm"),
    (False, "*PySide6/*/translations/*"),
    (False, "*PySide6/translations/*"),
    (False, "*PySide6/QtDBus.*"),
    (False, "*Qt6Egl*"),
    (False, "*Qt6Pdf*"),
    (False, "*Qt6Qml*"),
    (False, "*Qt6Quick*"),
    (False, "*Qt6VirtualKeyboard*"),
    (False, "*Qt6WlShellIntegration*"),
    (False, "*/opengl32sw.dll"),
    # Lists for pip, one with the folder that PhotoLens was built in.
    (False, "*.dist-info/INSTALLER"),
    (False, "*.dist-info/RECORD"),
    (False, "*.dist-info/REQUESTED"),
    (False, "*.dist-info/direct_url.json"),
)

# What Linux brings is left to Linux, where it is kept safe and fits the machine's drivers, but for these:
# what Python was built with, and libraries of X that desktops do not need themselves.
_TAKEN_ALONG = (
    *("libpython3*", "libffi*", "libbz2*", "liblzma*", "libz.so*", "libexpat*", "libmpdec*", "libuuid*"),
    *("libssl*", "libcrypto*", "libsqlite3*"),
    *("libxcb-cursor*", "libxcb-icccm*", "libxcb-image*", "libxcb-keysyms*", "libxcb-render-util*"),
    *("libxcb-util*", "libxkbcommon-x11*"),
)
_SYSTEM_FOLDERS = ("/lib", "/usr/lib", "/usr/lib64", "/lib64")

# Libraries whose tables of symbols are large; only who debugs them would miss those. Others are left alone:
# some that were patched for their wheel do not survive it.
STRIPPED = (
    *("libpython3*.so*", "python3*/lib-dynload/*.so"),
    *("torch/lib/libtorch_cpu.so", "torch/lib/libtorch_python.so", "torch/lib/libc10.so"),
    *("numkong/*.so", "regex/*.so", "safetensors/*.so", "tokenizers/*.so", "usearch/*.so", "yaml/*.so"),
)


def is_wanted(target: str) -> bool:
    """Whether a file, by its place in the bundle, is part of it."""
    place = target.replace("\\", "/")
    for wanted, pattern in _FILES:
        if fnmatchcase(place, pattern):
            return wanted
    return True


def is_taken_along(source: str) -> bool:
    """Whether a library that lies at `source` on the Linux machine that builds goes into the bundle."""
    if not source.startswith(tuple(folder + "/" for folder in _SYSTEM_FOLDERS)):
        return True
    name = Path(source).name
    return any(fnmatchcase(name, pattern) for pattern in _TAKEN_ALONG) or ".cpython-" in name


def resource_files(models: Path | None = None) -> list[tuple[Path, str]]:
    """What ships of resources/: each file with its folder in the bundle.

    `models` is a folder of further models, laid out as the user's own: NAME/weights.safetensors.
    """
    folders = [(ROOT / "resources" / name, f"{NAME}/resources/{name}") for name in RESOURCES]
    if models is not None:
        folders.append((models, f"{NAME}/resources/models"))
    found = []
    for source, target in folders:
        for file in sorted(path for path in source.rglob("*") if path.is_file()):
            if target.endswith("/models") and not _is_of_model(file.name):
                continue
            if file.suffix == ".ts":  # what translators write; the program reads what is made of it
                continue
            found.append((file, f"{target}/{file.parent.relative_to(source).as_posix()}".removesuffix("/.")))
    return found


def _is_of_model(name: str) -> bool:
    return name not in _MEASUREMENTS and any(fnmatchcase(name, pattern) for pattern in _MODEL_FILES)


def usable_architectures(folder: Path) -> list[Path]:
    """Of open_clip's configurations those that work without transformers, which is not in the bundle."""
    usable = []
    for file in sorted(folder.glob("*.json")):
        text = json.loads(file.read_bytes()).get("text_cfg", {})
        if "hf_model_name" not in text:
            usable.append(file)
    return usable


def macos_needed() -> str:
    """The oldest macOS that all installed wheels are for, "14.0".

    Of a distribution's wheels pip takes the newest that fits the machine that builds.
    """
    versions = {(13, 0)}  # what Qt needs
    for distribution in metadata.distributions():
        tags = re.findall(
            r"^Tag: .*-macosx_(\d+)_(\d+)_", distribution.read_text("WHEEL") or "", re.MULTILINE
        )
        if tags:  # a wheel may have several tags and then runs on the oldest
            versions.add(min((int(major), int(minor)) for major, minor in tags))
    return ".".join(map(str, max(versions)))


def version() -> str:
    """PhotoLens' version, as pyproject.toml has it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def resources_asked_for() -> set[str]:
    """The folders of resources/ that the program's source names: the first part of each `resource(...)`."""
    asked = set()
    for file in sorted((ROOT / NAME).rglob("*.py")):
        if not re.search(r"\bresource\(", file.read_text(encoding="utf-8")):
            continue
        for node in ast.walk(ast.parse(file.read_bytes())):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).split(".")[-1] == "resource"
                and node.args
            ):
                first = node.args[0]
                asked.add(first.value if isinstance(first, ast.Constant) else ast.unparse(first))
    return {str(name) for name in asked}
