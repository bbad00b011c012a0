#!/bin/sh
# Install PhotoLens from this folder, or remove it again; nothing else is needed.
#
#   ./install.sh                       for you alone, below ~/.local
#   sudo ./install.sh                  for everybody, below /usr/local
#   ./install.sh --prefix FOLDER       somewhere else
#   ./install.sh --uninstall [--prefix FOLDER]
#
# Your library and your photos are never touched.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
action=install
if [ "$(id -u)" = 0 ]; then prefix=/usr/local; else prefix=$HOME/.local; fi
while [ $# -gt 0 ]; do
    case $1 in
        --uninstall) action=uninstall ;;
        --prefix) shift; prefix=${1:?--prefix needs a folder} ;;
        -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "install.sh: $1 is not known; try --help" >&2; exit 2 ;;
    esac
    shift
done
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac

program=$prefix/lib/photolens
list=$program/installed-files

# What desktops remember of menus and icons; each of these tools may be missing.
refresh() {
    update-desktop-database -q "$prefix/share/applications" 2>/dev/null || true
    if [ -f "$prefix/share/icons/hicolor/index.theme" ]; then
        gtk-update-icon-cache -qtf "$prefix/share/icons/hicolor" 2>/dev/null || true
    fi
}

uninstall() {
    [ -f "$list" ] || { echo "install.sh: PhotoLens is not installed below $prefix" >&2; exit 2; }
    # Files first, then the folders that are empty now: those of others stay.
    kept=$(mktemp)
    cp "$list" "$kept"
    rm -rf "$program"
    sed -n 's/^file //p' "$kept" | while IFS= read -r name; do
        rm -f "$prefix/$name"
        case $name in *.py) # what Python made of it
            compiled=$prefix/$(dirname "$name")/__pycache__
            rm -f "$compiled/$(basename "$name" .py)".*
            rmdir "$compiled" 2>/dev/null || true ;;
        esac
    done
    refresh
    cache=$prefix/share/applications/mimeinfo.cache
    if [ -f "$cache" ] && ! grep -q '=' "$cache"; then rm -f "$cache"; fi
    sed -n 's/^made //p' "$kept" | while IFS= read -r name; do rmdir "$prefix/$name" 2>/dev/null || true; done
    rm -f "$kept"
}

install_files() {
    if [ -f "$list" ]; then uninstall; fi
    if [ -e "$program" ]; then
        echo "install.sh: $program is there already, and not by this script; move it away first" >&2
        exit 2
    fi
    made=$(mktemp)
    # Every folder that is not there yet, innermost first, so that removing them in this order works.
    (cd "$here" && find share -type d && printf '%s\n' bin lib) | sort -r | while IFS= read -r name; do
        [ -d "$prefix/$name" ] || echo "made $name"
    done > "$made"
    mkdir -p "$prefix/bin" "$prefix/lib"
    cp -R "$here/photolens" "$program"
    (cd "$here" && find share ! -type d) | while IFS= read -r name; do
        mkdir -p "$prefix/$(dirname "$name")"
        case $name in
            # Menus do not look for programs below ~/.local.
            *.desktop | *.nemo_action)
                sed -e "s|^Exec=photolens|Exec=\"$prefix/bin/photolens\"|" \
                    -e "s|^TryExec=photolens|TryExec=$prefix/bin/photolens|" \
                    -e "s|^Dependencies=photolens|Dependencies=$prefix/bin/photolens|" \
                    "$here/$name" > "$prefix/$name"
                # Dolphin takes a menu that a user installed for one only if it may be run.
                if [ -x "$here/$name" ]; then chmod 755 "$prefix/$name"; fi ;;
            *) cp "$here/$name" "$prefix/$name" ;;
        esac
        echo "file $name"
    done >> "$made"
    ln -sf ../lib/photolens/photolens "$prefix/bin/photolens"
    echo "file bin/photolens" >> "$made"
    cp "$here/install.sh" "$program/install.sh"
    mv "$made" "$list"
    chmod 644 "$list"
    refresh
}

case $action in
    install)
        install_files
        echo "PhotoLens is installed. Start it from the menu, or by $prefix/bin/photolens"
        echo "To remove it: $program/install.sh --uninstall --prefix $prefix" ;;
    uninstall)
        uninstall
        echo "PhotoLens is removed. Your library in ~/.local/share/photolens is kept." ;;
esac
