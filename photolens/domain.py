"""The words every layer speaks: plain frozen data, no behaviour that needs a file or a library."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, overload

import numpy as np
from numpy.typing import NDArray

from photolens.errors import FailureKind
from photolens.messages import Message

FloatArray = NDArray[np.float32]
IdArray = NDArray[np.int64]
PixelArray = NDArray[np.uint8]

PhotoId = int
FolderId = int

# How far from one the length of a stored vector may be: float16 costs one of a thousand dimensions less.
NORM_TOLERANCE = 0.01


# --- pixels ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InputSpec:
    """The picture an image encoder wants: how a photo is brought to `size` x `size` pixels."""

    size: int
    resize_mode: Literal["shortest", "squash", "longest"] = "shortest"
    interpolation: Literal["bicubic", "bilinear"] = "bicubic"
    fill_color: int = 0


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file says about the photo. `taken_at` is the camera's local time, naive."""

    taken_at: datetime | None = None
    utc_offset_minutes: int | None = None
    camera_make: str | None = None
    camera_model: str | None = None
    lens: str | None = None
    exposure_seconds: float | None = None
    f_number: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class DecodedPhoto:
    """All that one decode yields. `width` and `height` are of the upright photo at full size."""

    width: int
    height: int
    format: str  # "jpeg", "png", "heif", ... lower case
    metadata: Metadata
    mean_color: int  # 0xRRGGBB, a placeholder before the thumbnail arrives
    thumbnail: bytes  # JPEG
    model_input: PixelArray | None  # uint8 [size, size, 3], absent when none was asked for


# --- what the catalog holds -----------------------------------------------------------------


class RootState(StrEnum):
    """Whether the photos of a root can be reached."""

    ONLINE = "online"
    OFFLINE = "offline"  # not to be seen at all: unplugged, unmounted, renamed
    CHANGED = "changed"  # to be seen, but much of what was there is not


@dataclass(frozen=True, slots=True)
class Folder:
    """A watched folder (a root). An offline one is remembered with all its photos.

    `vanished`: files that are gone together with so many others that someone has to say whether they were
    deleted; until then they are kept, as if they were offline. `replaced`: they are nearly all that was
    known there.
    """

    id: FolderId
    path: str
    online: bool
    photos: int = 0
    vanished: int = 0
    replaced: bool = False

    @property
    def state(self) -> RootState:
        if not self.online:
            return RootState.OFFLINE
        return RootState.CHANGED if self.vanished else RootState.ONLINE


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """One copy of a photo on disk."""

    path: str
    folder_id: FolderId
    size_bytes: int
    modified_at: datetime
    online: bool


@dataclass(frozen=True, slots=True)
class Photo:
    """One content, wherever its copies lie. `path` is the first copy's."""

    id: PhotoId
    path: str
    folder: str
    online: bool
    content_hash: bytes
    size_bytes: int
    width: int
    height: int
    format: str
    mean_color: int
    metadata: Metadata
    modified_at: datetime

    @property
    def sort_time(self) -> datetime:
        """When it was taken, or failing that, when the file was last changed."""
        return self.metadata.taken_at or self.modified_at


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that could not be indexed, with a reason for the user."""

    path: str
    kind: FailureKind
    reason: Message
    tries: int
    last_tried_at: datetime


# --- what a window asks of it ---------------------------------------------------------------


class Order(StrEnum):
    """In which order photos are listed."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    ADDED = "added"


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """Photos in an order, with what a grid shows before any thumbnail has come; parallel arrays.

    A file that waits to be read is no photo yet: where such are listed too, see `WaitingFile`.
    """

    ids: IdArray  # int64 [N], below 0 for a file that waits, see `waits`
    aspects: FloatArray  # float32 [N], width / height of the upright photo, 0.1 to 10; 1 where unknown
    colors: NDArray[np.uint32]  # uint32 [N], mean colours as 0xRRGGBB
    times: NDArray[np.datetime64]  # datetime64[s] [N], local: when taken, else when the file was changed
    online: NDArray[np.bool_]  # bool [N], False where every copy is in a folder that is offline

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def empty(cls) -> Listing:
        types = (np.int64, np.float32, np.uint32, "datetime64[s]", np.bool_)
        return cls(*(np.empty(0, dtype=kind) for kind in types))

    def only(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Listing:
        """These rows, in their order: a mask, bool [N], or numbers of rows, int [M]."""
        return Listing(*(getattr(self, column.name)[which] for column in fields(self)))

    def followed_by(self, other: Listing) -> Listing:
        """These photos, then those of `other`."""
        names = [column.name for column in fields(self)]
        return Listing(*(np.concatenate([getattr(self, name), getattr(other, name)]) for name in names))


@overload
def waits(photo_id: PhotoId) -> bool: ...


@overload
def waits(photo_id: IdArray) -> NDArray[np.bool_]: ...


def waits(photo_id: PhotoId | IdArray) -> bool | NDArray[np.bool_]:
    """Whether this id of a listing, or each of these, is of a file that waits to be read."""
    return photo_id < 0


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file that waited to be read for the first time when it was listed."""

    id: PhotoId  # in a listing, below 0
    path: str
    folder: str  # its root
    photo_id: PhotoId | None  # set once it is read
    online: bool  # whether it can be reached


@dataclass(frozen=True, slots=True)
class Facets:
    """What the present photos can be filtered by, each with its number of photos."""

    cameras: tuple[tuple[str, int], ...] = ()  # most frequent first; each a value for Filters.cameras
    formats: tuple[tuple[str, int], ...] = ()  # most frequent first
    years: tuple[tuple[int, int], ...] = ()  # newest first, by the camera's date, else the file's
    with_gps: int = 0


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory at or below a root; `photos` lie directly in it, and so many files `waiting` to be read.

    A sum over directories counts a photo once for each that it lies in. `repeated` says how often too often
    in those at or below this one, as far as no directory below says so itself.
    """

    path: str
    folder_id: FolderId
    photos: int
    waiting: int = 0  # for the first time, and in reach
    repeated: int = 0


# --- search ---------------------------------------------------------------------------------


class Orientation(StrEnum):
    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"
    SQUARE = "square"


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions a photo must meet; the empty tuple or None means any. All must hold."""

    folders: tuple[str, ...] = ()  # paths, or names of a folder anywhere below a root
    since: date | None = None  # inclusive, camera's local date, else file date
    until: date | None = None  # inclusive
    formats: tuple[str, ...] = ()
    orientation: Orientation | None = None
    cameras: tuple[str, ...] = ()  # case-insensitive part of "make model"
    has_gps: bool | None = None

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class TextTerm:
    """Words to look for. A negative weight pushes away."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a picture, in shares of its upright width and height: 0 <= left < right <= 1."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class ImageTerm:
    """A picture to look for: a photo of the library, a file, or the bytes of one; or a part of it."""

    source: PhotoId | str | bytes
    weight: float = 1.0
    region: Region | None = None


@dataclass(frozen=True, slots=True)
class ChangeTerm:
    """`after` instead of `before`: which way the photos sought differ from the pictures given."""

    after: str
    before: str
    weight: float = 1.0


Term = TextTerm | ImageTerm | ChangeTerm


class Combination(StrEnum):
    """How words and pictures are put together; see `search/compose.py`."""

    SUM = "sum"
    PRODUCT = "product"


class FeedbackMode(StrEnum):
    """What judgements do to the order; see `search/feedback.py`."""

    LEARNED = "learned"
    NEAREST_DEMOTE = "nearest-demote"  # photos nearer to a disliked than to a liked one go to the end
    NEAREST_DROP = "nearest-drop"  # or are left out


@dataclass(frozen=True, slots=True)
class Judgement:
    """A click on a photo of an answer: more like this, or less."""

    photo_id: PhotoId
    liked: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A judged picture that is no photo of this library, such as one that came with an imported concept."""

    content_hash: bytes  # of the photo it was made from
    liked: bool
    thumbnail: bytes  # JPEG, embedded where the model's vector of the photo itself is not known


class Shelf(StrEnum):
    """How well a photo answers a query, as the distribution of its scores tells; see `search/shelves.py`."""

    STRONG = "strong"
    MAYBE = "maybe"
    REST = "rest"


class HitOrder(StrEnum):
    """The order of hits, within each shelf."""

    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Query:
    """One question. `seq` numbers it, so that an outdated answer can be dropped."""

    terms: tuple[Term, ...] = ()
    filters: Filters = field(default_factory=Filters)
    balance: float = 0.65  # share of the words where words and pictures meet; 0 pictures, 1 words
    file_name: str | None = None  # photos whose file name is this come first
    seq: int = 0
    judgements: tuple[Judgement, ...] = ()  # of one photo the last counts
    feedback: FeedbackMode = FeedbackMode.LEARNED
    examples: tuple[Example, ...] = ()  # they teach as judgements do
    combination: Combination = Combination.SUM
    shelf: Shelf | None = None  # only this shelf, and what was liked
    order: HitOrder = HitOrder.BEST

    @property
    def verdicts(self) -> dict[PhotoId, bool]:
        """Each judged photo and whether it was liked, by its last judgement, in the order of first clicks."""
        return {judgement.photo_id: judgement.liked for judgement in self.judgements}


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer. `score` is in standard deviations above the library's mean for this query."""

    rank: int  # from 1
    photo_id: PhotoId
    score: float
    matched_name: bool = False
    shelf: Shelf | None = None  # None for judged photos, and where nothing was scored


@dataclass(frozen=True, slots=True)
class Sections:
    """How many hits of a whole ranking lie where, in this order: each is a stretch of it."""

    liked: int = 0
    strong: int = 0
    maybe: int = 0
    rest: int = 0  # all of them where nothing was scored
    demoted: int = 0  # by FeedbackMode.NEAREST_DEMOTE
    disliked: int = 0


@dataclass(frozen=True, slots=True)
class ShelfCuts:
    """Scores from which a photo is strong, or maybe; strong >= maybe."""

    strong: float
    maybe: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The answer to one Query: the first `limit` hits, best first, of `total` photos that could be hits."""

    query: Query
    hits: tuple[Hit, ...]
    total: int
    exact: bool = True  # False when candidates came from the approximate index
    sections: Sections = Sections()
    cuts: ShelfCuts | None = None  # None where nothing was scored


@dataclass(frozen=True, slots=True)
class TermReason:
    """What one term says of a photo."""

    term: Term
    z: float  # standard deviations above the library's mean for this term alone
    contribution: float  # to the base score, in its unit


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A judged photo and how alike it is, as a cosine."""

    photo_id: PhotoId
    cosine: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a photo is where it is. `score` is the sum of all contributions, `constant` and `learned`."""

    photo_id: PhotoId
    score: float
    terms: tuple[TermReason, ...]
    constant: float  # what remains of the base score: the same for every photo, but under the product rule
    learned: float  # what judgements add
    shelf: Shelf
    cuts: ShelfCuts
    liked: bool | None = None  # None: not judged
    nearest_liked: Neighbour | None = None  # besides itself
    nearest_disliked: Neighbour | None = None
    matched_name: bool = False


CONCEPT_SUFFIX = ".photolens-concept"  # of a file that holds one


@dataclass(frozen=True, slots=True)
class Concept:
    """A saved query with its judgements. Pictures and judged photos that are gone are kept as thumbnails."""

    id: int
    name: str
    query: Query
    created_at: datetime
    changed_at: datetime


# --- events ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScanStarted:
    folder: str


@dataclass(frozen=True, slots=True)
class ScanFinished:
    folder: str
    files: int
    new: int
    changed: int
    missing: int


@dataclass(frozen=True, slots=True)
class FilesFound:
    """A scan that goes on has put new files into the queue."""

    folder: str


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """Where indexing stands. `rate` is photos per second over the last stretch.

    `on_battery`: it is paused for that, and goes on by itself.
    """

    done: int
    total: int
    failed: int
    rate: float
    seconds_left: float | None
    paused: bool = False
    on_battery: bool = False


@dataclass(frozen=True, slots=True)
class PhotosAdded:
    ids: tuple[PhotoId, ...]


@dataclass(frozen=True, slots=True)
class PhotosChanged:
    """Same photos, other pixels or another place."""

    ids: tuple[PhotoId, ...]


@dataclass(frozen=True, slots=True)
class PhotosRemoved:
    """No copy of these is on disk any more; the catalog still knows them."""

    ids: tuple[PhotoId, ...]


@dataclass(frozen=True, slots=True)
class FileFailed:
    path: str
    kind: FailureKind
    reason: Message


@dataclass(frozen=True, slots=True)
class FolderState:
    folder: str
    online: bool


@dataclass(frozen=True, slots=True)
class FilesVanished:
    """So many files of a folder are gone at once that nothing is removed until the user confirms it.

    `count` of the `total` files known there; 0 when all are back, or it was confirmed.
    """

    folder: str
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class CatalogDamage:
    """The open catalog turned out to be damaged: nothing more is written to it."""

    text: Message


@dataclass(frozen=True, slots=True)
class IngestFinished:
    """All that was known to do is done (or cancelled). `offline` files wait for their folder to come back."""

    added: int
    moved: int
    removed: int
    failed: int
    decoded: int
    cancelled: bool = False
    offline: int = 0


@dataclass(frozen=True, slots=True)
class IngestTrouble:
    """Indexing cannot go on for now, e.g. because the disk is full; `wait_idle` raises the same."""

    text: Message


@dataclass(frozen=True, slots=True)
class ConceptsChanged:
    """Concepts were saved, renamed, changed or deleted."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should read once."""

    text: Message


Event = (
    ScanStarted
    | FilesFound
    | ScanFinished
    | IngestProgress
    | PhotosAdded
    | PhotosChanged
    | PhotosRemoved
    | FileFailed
    | FolderState
    | FilesVanished
    | CatalogDamage
    | IngestFinished
    | IngestTrouble
    | ConceptsChanged
    | Notice
)
