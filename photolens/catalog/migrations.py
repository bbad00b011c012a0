"""The schema, step by step. A step that was released is never edited; a new one is appended.

Each step runs in its own transaction together with the record that it ran, so a process killed
midway leaves the catalog at a whole step.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("photolens")


@migrations()
def m001_folders_photos_files(db: Database) -> None:
    """Roots, contents, and the files that hold them.

    Paths are bytes as the file system gave them; `search_name` is the name as people compare it.
    `files.directory` is relative to its root, '/'-separated, without a slash at either end.
    `folders.device` and `.inode` tell a root that was emptied from a mount point without its drive.
    A file stays in the table when it is gone ('missing'), so that its photo is known when it returns.
    """
    db.execute("""
        CREATE TABLE folders (
            id INTEGER PRIMARY KEY,
            path BLOB NOT NULL UNIQUE,
            online INTEGER NOT NULL DEFAULT 1,
            device INTEGER,
            inode INTEGER,
            added_at TEXT NOT NULL,
            scanned_at TEXT
        )""")
    db.execute("""
        CREATE TABLE photos (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            content_hash BLOB NOT NULL UNIQUE,
            size_bytes INTEGER NOT NULL,
            format TEXT NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            mean_color INTEGER NOT NULL,
            taken_at TEXT,
            utc_offset_minutes INTEGER,
            camera_make TEXT,
            camera_model TEXT,
            lens TEXT,
            exposure_seconds REAL,
            f_number REAL,
            iso INTEGER,
            focal_length_mm REAL,
            latitude REAL,
            longitude REAL,
            added_at TEXT NOT NULL
        )""")
    db.execute("""
        CREATE TABLE files (
            id INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: work in hand is known by it
            folder_id INTEGER NOT NULL REFERENCES folders(id) ON DELETE CASCADE,
            directory BLOB NOT NULL,
            name BLOB NOT NULL,
            search_name TEXT NOT NULL,
            size_bytes INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'indexed', 'failed', 'missing')),
            photo_id INTEGER REFERENCES photos(id),
            UNIQUE (folder_id, directory, name)
        )""")
    db.execute("CREATE INDEX files_by_photo ON files(photo_id, state)")
    db.execute("CREATE INDEX files_by_name ON files(search_name)")
    # Content never seen before goes first (so a moved file is recognised before the place it
    # left is judged), then the newest.
    db.execute(
        "CREATE INDEX files_waiting ON files((photo_id IS NOT NULL), mtime_ns DESC) WHERE state = 'pending'"
    )
    db.execute("CREATE INDEX files_troubled ON files(state) WHERE state IN ('failed', 'missing')")
    db.execute("CREATE INDEX photos_by_time ON photos(taken_at)")
    db.execute("""
        CREATE TABLE failures (
            file_id INTEGER PRIMARY KEY REFERENCES files(id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            reason TEXT NOT NULL,
            tries INTEGER NOT NULL,
            last_tried_at TEXT NOT NULL
        )""")


@migrations()
def m002_models_embeddings_indexes(db: Database) -> None:
    """Vectors are the truth; an index file is a cache described by its row.

    `revision` grows with every vector written, so a saved index knows what came after it.
    """
    db.execute("""
        CREATE TABLE models (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            weights_sha256 TEXT NOT NULL,
            dimension INTEGER NOT NULL,
            added_at TEXT NOT NULL,
            UNIQUE (name, weights_sha256)
        )""")
    db.execute("""
        CREATE TABLE embeddings (
            revision INTEGER PRIMARY KEY AUTOINCREMENT,
            model_id INTEGER NOT NULL REFERENCES models(id),
            photo_id INTEGER NOT NULL REFERENCES photos(id) ON DELETE CASCADE,
            vector BLOB NOT NULL,
            UNIQUE (model_id, photo_id)
        )""")
    db.execute("""
        CREATE TABLE indexes (
            model_id INTEGER PRIMARY KEY REFERENCES models(id),
            file TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            dimension INTEGER NOT NULL,
            vectors INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            saved_at TEXT NOT NULL
        )""")


@migrations()
def m003_concepts_and_searches(db: Database) -> None:
    """Saved queries, those asked lately, and the pictures that both depend on.

    A query is JSON, see `library/query_json.py`. Its pictures are kept by the hash of the content they
    were made from, so that a query outlives the photos it names; `jpeg_hash` finds a kept picture that
    comes back. A vector of an example belongs to a content, whether or not there is a photo of it.
    """
    db.execute("""
        CREATE TABLE concepts (
            id INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: an undo puts a concept back under it
            name TEXT NOT NULL,
            folded_name TEXT NOT NULL UNIQUE,
            query TEXT NOT NULL,
            created_at TEXT NOT NULL,
            changed_at TEXT NOT NULL
        )""")
    db.execute("""
        CREATE TABLE searches (
            id INTEGER PRIMARY KEY AUTOINCREMENT, -- the latest is the highest
            query TEXT NOT NULL UNIQUE
        )""")
    db.execute("""
        CREATE TABLE pictures (
            content_hash BLOB PRIMARY KEY,
            jpeg BLOB NOT NULL,
            jpeg_hash BLOB NOT NULL
        )""")
    db.execute("CREATE INDEX pictures_by_jpeg ON pictures(jpeg_hash)")
    db.execute("""
        CREATE TABLE picture_uses (
            content_hash BLOB NOT NULL REFERENCES pictures(content_hash),
            concept_id INTEGER REFERENCES concepts(id) ON DELETE CASCADE,
            search_id INTEGER REFERENCES searches(id) ON DELETE CASCADE,
            CHECK ((concept_id IS NULL) <> (search_id IS NULL))
        )""")
    db.execute("CREATE INDEX picture_uses_by_picture ON picture_uses(content_hash)")
    db.execute("CREATE INDEX picture_uses_by_concept ON picture_uses(concept_id)")
    db.execute("CREATE INDEX picture_uses_by_search ON picture_uses(search_id)")
    db.execute("""
        CREATE TABLE example_vectors (
            content_hash BLOB NOT NULL,
            model_id INTEGER NOT NULL REFERENCES models(id),
            vector BLOB NOT NULL,
            PRIMARY KEY (content_hash, model_id)
        )""")


@migrations()
def m004_changes(db: Database) -> None:
    """A number that grows with whatever changes photos, their files or their vectors.

    SQLite's own data_version grows with every commit, of a recent search too, after which whoever answers
    questions would look at every photo again.
    """
    db.execute("CREATE TABLE changes (number INTEGER NOT NULL)")
    db.execute("INSERT INTO changes VALUES (0)")
    for table in ("folders", "files", "photos", "embeddings"):
        for event in ("INSERT", "UPDATE", "DELETE"):
            db.execute(f"""
                CREATE TRIGGER {table}_{event.lower()}_counts AFTER {event} ON {table}
                BEGIN UPDATE changes SET number = number + 1; END""")


@migrations()
def m005_vanished_files_and_volumes(db: Database) -> None:
    """What a root is recognised by, and files that are out of sight until someone says what became of them.

    `folders.volume` names the file system that a root lies on, where the system has a lasting name for it.
    A file in `vanished` was not found, together with so many others that nobody may take it for deleted.
    `failures.kills` counts the processes that reading a file has brought down.
    """
    db.execute("ALTER TABLE folders ADD COLUMN volume TEXT")
    db.execute("ALTER TABLE failures ADD COLUMN kills INTEGER NOT NULL DEFAULT 0")
    db.execute("""
        CREATE TABLE vanished (
            file_id INTEGER PRIMARY KEY REFERENCES files(id) ON DELETE CASCADE,
            since TEXT NOT NULL
        )""")


@migrations()
def m006_weights_of_models(db: Database) -> None:
    """Where the weights of a model were, so that it goes on answering until another has read everything."""
    db.execute("ALTER TABLE models ADD COLUMN weights BLOB")


@migrations()
def m007_unknown_formats_again(db: Database) -> None:
    """RAW files can be read now: what was refused for its format waits for another try."""
    db.execute("""
        UPDATE files SET state = 'pending'
        WHERE state = 'failed' AND id IN (SELECT file_id FROM failures WHERE kind = 'unsupported')""")


@migrations()
def m008_reasons_in_other_languages(db: Database) -> None:
    """`failures.message` is the reason as JSON, translatable; NULL in what was there before."""
    db.execute("ALTER TABLE failures ADD COLUMN message TEXT")


@migrations()
def m009_what_waits_in_a_folder(db: Database) -> None:
    """The order of `files_waiting` within a root, so that the next files of a million need no sorting."""
    db.execute("""
        CREATE INDEX files_waiting_in_folder ON files(folder_id, (photo_id IS NOT NULL), mtime_ns DESC)
        WHERE state = 'pending'""")
