#!/bin/sh
# Make a disk image of the app: packaging/macos/dmg.sh OUT VERSION, after packaging/bundle.py OUT.
#
# To sign, let PHOTOLENS_SIGN_AS name a "Developer ID Application" certificate of the keychain, for bundle.py
# too. To have Apple notarise, let PHOTOLENS_NOTARY name a profile that `xcrun notarytool store-credentials` made;
# PHOTOLENS_NOTARY_KEYCHAIN is the keychain that holds it, if that is not the login's.
set -eu

out=$1
version=$2
app=$out/PhotoLens.app
image=$out/PhotoLens-$version-macos-$(uname -m).dmg

if [ -n "${PHOTOLENS_SIGN_AS:-}" ]; then
    codesign --verify --deep --strict --verbose=2 "$app"
fi

# A folder with the app and a link to where it belongs: to install is to drag it there.
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
ditto "$app" "$stage/PhotoLens.app"
ln -s /Applications "$stage/Applications"
cp "$(dirname "$0")/../../LICENSE" "$stage/LICENSE.txt"
cp "$app/Contents/Resources/THIRD-PARTY.txt" "$stage/" # the licence of each part
rm -f "$image"
hdiutil create -volname PhotoLens -srcfolder "$stage" -fs HFS+ -format ULMO "$image"

if [ -n "${PHOTOLENS_SIGN_AS:-}" ]; then
    codesign --sign "$PHOTOLENS_SIGN_AS" --timestamp "$image"
fi
if [ -n "${PHOTOLENS_NOTARY:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$PHOTOLENS_NOTARY" \
        ${PHOTOLENS_NOTARY_KEYCHAIN:+--keychain "$PHOTOLENS_NOTARY_KEYCHAIN"} --wait
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature --verbose "$image"
fi
echo "$image"
