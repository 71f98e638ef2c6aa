-- The archive, schema 1. Times are UTC texts (2026-11-22T05:34:44.123Z), so text order is time
-- order; hashes are lower-case hexadecimal; columns named below as JSON hold one JSON text. Ids are
-- never used again (AUTOINCREMENT). No STRICT tables: SQLite before 3.37 must read this file too.
--
-- The log is the evidence and is never rewritten. Every other table is a reading of it, or working
-- state, and rows that derive from a record name it in `sequence`.
--
-- No foreign key is deferred: while one waits, SQLite searches the whole child table for each new
-- parent row. Rows that name each other are completed by an UPDATE at the end of the transaction.

-- One row a record: what was seen, read, concluded, told. Append-only, without gaps from 0 on.
CREATE TABLE log (
    sequence INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,            -- observation extraction change event seed ...
    record TEXT NOT NULL,          -- RFC 8785, byte for byte; docs/records.md has every format
    hash TEXT NOT NULL,            -- SHA-256(0x00 || record), a leaf of RFC 9162
    subtree_hash TEXT NOT NULL     -- of the largest complete subtree that ends with this record
);
CREATE UNIQUE INDEX log_hash ON log (hash);
-- Records without rows of their own, which are few.
CREATE INDEX log_rare ON log (kind, sequence)
WHERE kind IN ('anchor', 'key', 'restored', 'withheld', 'import');

-- The entries of sources.toml, by their ids; one that was taken out keeps its row and its history.
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    url TEXT,                      -- the first of its addresses
    lang TEXT NOT NULL DEFAULT '[]',     -- JSON
    tags TEXT NOT NULL DEFAULT '[]',     -- JSON
    enabled INTEGER NOT NULL DEFAULT 1,
    max_gap_s REAL NOT NULL,       -- the promise: the longest time without a conclusive look
    max_interval_s REAL NOT NULL,  -- the same for old pages
    young_s REAL NOT NULL,         -- how long a page is young
    added_at TEXT NOT NULL,
    removed_at TEXT,               -- no longer in sources.toml; its pages are retired
    last_listed_at TEXT,           -- the last attempt to read a listing
    last_success_at TEXT,          -- the last listing that was read
    next_listing_at TEXT,
    first_pass_at TEXT,            -- end of the first pass that read everything it meant to
    backfilled_at TEXT,
    longest_gaps TEXT NOT NULL DEFAULT '[]', -- JSON [[seconds, end], ...], longest first
    rate_prior TEXT,               -- JSON: how often its pages change, learnt from all of them
    rate_prior_at TEXT             -- when it was learnt
);

-- What must survive a restart about a host: its robots file, its pace, its breaker.
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    robots_text TEXT,
    robots_status INTEGER,
    robots_kind TEXT,              -- rules none unreachable html forbidden
    robots_fetched_at TEXT,
    robots_unreachable_since TEXT,
    crawl_delay_s REAL,
    last_request_at TEXT,
    paused_until TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    price_days REAL                -- what a look must be worth; infinite: it cannot carry its promises
);

-- One article. The source that listed it first owns it.
CREATE TABLE pages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id TEXT NOT NULL REFERENCES sources (id),
    site TEXT NOT NULL,            -- the set of hosts with one numbering
    key TEXT NOT NULL,             -- the article's key in it, or url:<normalised URL>
    canonical_url TEXT NOT NULL,
    joined_with INTEGER REFERENCES pages (id),  -- found to be the same article as that page
    title TEXT,
    published TEXT,                -- as claimed
    state TEXT NOT NULL DEFAULT 'live',   -- live suspect gone redirected emptied blocked restored
    state_since TEXT,
    suspicion TEXT,                -- the state that an unconfirmed sign of absence names
    suspect_since TEXT,
    blocked_since TEXT,
    blocked_told INTEGER NOT NULL DEFAULT 0,
    first_seen_at TEXT NOT NULL,
    last_checked_at TEXT,
    last_conclusive_at TEXT,
    last_full_at TEXT,             -- the last conclusive look that was no 304
    next_check_at TEXT,            -- NULL: at once
    -- 0: known from others' copies alone, and not asked for at its own address
    watched INTEGER NOT NULL DEFAULT 1,
    withheld_at TEXT,              -- `crawl withhold` took it out: it is never asked for again
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since TEXT,
    shares_seed INTEGER NOT NULL DEFAULT 0,  -- a version shares a passage with a seed copy
    -- 1: another source lists it too, and the strictest of their promises holds
    also_listed INTEGER NOT NULL DEFAULT 0,
    version_id INTEGER REFERENCES versions (id),  -- the latest
    last_observation_id INTEGER REFERENCES observations (id),
    -- the last look whose bytes gave the latest version
    last_bytes_observation_id INTEGER REFERENCES observations (id),
    longest_gaps TEXT NOT NULL DEFAULT '[]',      -- JSON, gaps between conclusive looks
    longest_full_gaps TEXT NOT NULL DEFAULT '[]', -- JSON, gaps between looks that were no 304
    rate_evidence TEXT,            -- JSON: what its looks have taught about how often it changes
    UNIQUE (site, key)
);
CREATE INDEX pages_due ON pages (source_id, next_check_at) WHERE joined_with IS NULL;
CREATE INDEX pages_url ON pages (canonical_url);
CREATE INDEX pages_joined ON pages (joined_with) WHERE joined_with IS NOT NULL;
CREATE INDEX pages_version ON pages (version_id) WHERE version_id IS NOT NULL;
CREATE INDEX pages_source ON pages (source_id, first_seen_at);
CREATE INDEX pages_failing ON pages (source_id) WHERE failures > 0;

-- One URL as it was asked for: of a page, of a listing (source_id) or a robots file (neither).
CREATE TABLE addresses (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL,
    purpose TEXT NOT NULL,         -- article listing robots
    page_id INTEGER REFERENCES pages (id),
    source_id TEXT REFERENCES sources (id),
    added_at TEXT NOT NULL,
    etag TEXT,                     -- validators, from accepted complete answers only
    last_modified TEXT,
    validators_from TEXT,          -- hash of the observation that they came from
    validators_url TEXT,           -- the final URL that gave them, where a redirect led to it
    last_checked_at TEXT,
    last_full_at TEXT,
    last_body_sha256 TEXT,
    extraction_id INTEGER REFERENCES extractions (id),
    last_observation TEXT,         -- hash of the last record of this URL and purpose
    last_observation_id INTEGER REFERENCES observations (id),
    failures INTEGER NOT NULL DEFAULT 0,  -- looks in a row that told nothing
    failing_since TEXT,
    key_body_sha256 TEXT,          -- the full body that deltas rest on
    key_body_at TEXT,
    key_body_deltas INTEGER NOT NULL DEFAULT 0,
    usual_links INTEGER,           -- of a listing: how many links it usually shows
    shrunk_since TEXT,             -- since when it shows far fewer
    UNIQUE (url, purpose)
);
CREATE INDEX addresses_page ON addresses (page_id) WHERE page_id IS NOT NULL;
CREATE INDEX addresses_failing ON addresses (source_id) WHERE purpose = 'listing' AND failures > 0;

-- Every attempt: a request and the redirects that it led to. Headers and hops are in the record.
CREATE TABLE observations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sequence INTEGER NOT NULL UNIQUE REFERENCES log (sequence),
    run_id INTEGER REFERENCES runs (id),
    source_id TEXT REFERENCES sources (id),
    page_id INTEGER REFERENCES pages (id),
    address_id INTEGER NOT NULL REFERENCES addresses (id),
    purpose TEXT NOT NULL,
    origin TEXT NOT NULL,          -- here, wayback, import:<file>
    as_of TEXT NOT NULL,           -- when the bytes were served
    started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,  -- by the monotonic clock
    request_url TEXT NOT NULL,
    final_url TEXT NOT NULL,
    status INTEGER,
    outcome TEXT NOT NULL,
    reason TEXT,
    error TEXT,
    body_sha256 TEXT REFERENCES bodies (sha256),
    body_bytes INTEGER,
    extraction_id INTEGER REFERENCES extractions (id),
    version_id INTEGER REFERENCES versions (id),  -- what it showed
    state TEXT                     -- the page's state after it
);
CREATE INDEX observations_page ON observations (page_id) WHERE page_id IS NOT NULL;
CREATE INDEX observations_address ON observations (address_id);
CREATE INDEX observations_version ON observations (version_id) WHERE version_id IS NOT NULL;

-- The bytes of responses after decoding, each once. A delta rests on a full body, never on a delta.
CREATE TABLE bodies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    encoding TEXT NOT NULL,        -- zstd, or zstd-delta: base_sha256 is its raw dictionary
    base_sha256 TEXT REFERENCES bodies (sha256),
    data BLOB,                     -- NULL when withheld by law
    kept_at TEXT NOT NULL
);
CREATE INDEX bodies_base ON bodies (base_sha256) WHERE base_sha256 IS NOT NULL;

-- What one extractor version read in one capture.
CREATE TABLE extractions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sequence INTEGER NOT NULL UNIQUE REFERENCES log (sequence),
    page_id INTEGER REFERENCES pages (id),
    observation_id INTEGER NOT NULL REFERENCES observations (id),  -- the capture's last
    text_id INTEGER NOT NULL REFERENCES texts (id),
    assessment TEXT NOT NULL,      -- article list stub challenge block empty wall unsupported
    reason TEXT NOT NULL,
    title TEXT,
    author TEXT,
    source_name TEXT,
    source_url TEXT,
    editor TEXT,
    published TEXT,
    updated TEXT,
    lang TEXT,
    images TEXT NOT NULL,          -- JSON
    links TEXT NOT NULL,           -- JSON
    canonical_url TEXT,            -- rel=canonical as it stood there
    charset TEXT NOT NULL,
    extractor TEXT NOT NULL,
    rule TEXT NOT NULL
);
CREATE INDEX extractions_page ON extractions (page_id);
CREATE INDEX extractions_text ON extractions (text_id);

-- Main texts, each once by its exact characters.
CREATE TABLE texts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    fold_sha256 TEXT NOT NULL,     -- equal for texts that differ by width, spacing, quote forms only
    characters INTEGER NOT NULL,
    text TEXT,                     -- NULL when withheld by law
    indexed INTEGER NOT NULL DEFAULT 0  -- 1 when passages and search know it
);
CREATE INDEX texts_fold ON texts (fold_sha256);
CREATE INDEX texts_waiting ON texts (id) WHERE indexed = 0;

-- A page showing a text with its title, author, source name and editor; in the order of as_of.
CREATE TABLE versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    page_id INTEGER NOT NULL REFERENCES pages (id),
    extraction_id INTEGER NOT NULL REFERENCES extractions (id),
    text_id INTEGER NOT NULL REFERENCES texts (id),
    first_observation_id INTEGER NOT NULL REFERENCES observations (id),
    as_of TEXT NOT NULL,
    origin TEXT NOT NULL,
    superseded INTEGER NOT NULL DEFAULT 0  -- another extractor read the capture better
);
CREATE INDEX versions_page ON versions (page_id, as_of, superseded);
CREATE INDEX versions_text ON versions (text_id, page_id);
CREATE INDEX versions_extraction ON versions (extraction_id);
CREATE INDEX versions_first ON versions (first_observation_id);

-- A page passing from one version, or one state, to another, between two known moments.
CREATE TABLE changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sequence INTEGER NOT NULL UNIQUE REFERENCES log (sequence),
    run_id INTEGER REFERENCES runs (id),
    source_id TEXT NOT NULL REFERENCES sources (id),
    page_id INTEGER NOT NULL REFERENCES pages (id),
    kind TEXT NOT NULL,            -- content state listing extractor
    from_version_id INTEGER REFERENCES versions (id),
    to_version_id INTEGER REFERENCES versions (id),
    from_state TEXT,
    to_state TEXT,
    old_last_seen TEXT,            -- start of the last request whose bytes gave the old version
    new_first_seen TEXT NOT NULL,  -- end of the first whose bytes gave the new one
    old_last_observation_id INTEGER REFERENCES observations (id),
    new_first_observation_id INTEGER NOT NULL REFERENCES observations (id),
    recorded_at TEXT NOT NULL,
    inserted INTEGER NOT NULL,     -- characters; noise counts in none of the four
    deleted INTEGER NOT NULL,
    moved INTEGER NOT NULL,
    masked INTEGER NOT NULL,
    labels TEXT NOT NULL,          -- JSON
    score REAL NOT NULL,           -- 0 (noise alone) to 1
    coarse INTEGER NOT NULL,       -- limits made the answer rougher than it could be
    fields TEXT NOT NULL,          -- JSON
    seeds TEXT NOT NULL,           -- JSON: seed copies that the change touches, and where
    terms TEXT NOT NULL,           -- JSON: watched words, how often before and after
    ops TEXT,                      -- JSON as the record's ops_sha256 says; NULL when withheld
    origin TEXT NOT NULL,
    supersedes_id INTEGER REFERENCES changes (id)
);
CREATE INDEX changes_page ON changes (page_id);
CREATE INDEX changes_recorded ON changes (recorded_at);
CREATE INDEX changes_source ON changes (source_id);
CREATE INDEX changes_scored ON changes (source_id) WHERE score > 0;
CREATE INDEX changes_from ON changes (from_version_id) WHERE from_version_id IS NOT NULL;
CREATE INDEX changes_to ON changes (to_version_id) WHERE to_version_id IS NOT NULL;
-- Few touch a seed copy or a watched word.
CREATE INDEX changes_seeds ON changes (id) WHERE seeds <> '[]';
CREATE INDEX changes_terms ON changes (id) WHERE terms <> '[]';
CREATE INDEX changes_supersedes ON changes (supersedes_id) WHERE supersedes_id IS NOT NULL;

-- Whatever else people must hear of.
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sequence INTEGER NOT NULL UNIQUE REFERENCES log (sequence),
    run_id INTEGER REFERENCES runs (id),
    source_id TEXT REFERENCES sources (id),
    page_id INTEGER REFERENCES pages (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    message TEXT NOT NULL,
    next_step TEXT NOT NULL,
    changes TEXT NOT NULL,         -- JSON: ids of the changes that it is about
    recorded_at TEXT NOT NULL
);
CREATE INDEX events_recorded ON events (recorded_at);
CREATE INDEX events_page ON events (page_id, kind) WHERE page_id IS NOT NULL;

-- What a listing said of a page at one address, and from when to when it stood there so.
CREATE TABLE sightings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    page_id INTEGER NOT NULL REFERENCES pages (id),
    source_id TEXT NOT NULL REFERENCES sources (id),
    address_id INTEGER REFERENCES addresses (id),  -- the listing; NULL: sources.toml itself
    url TEXT NOT NULL,
    title TEXT,
    author TEXT,
    published TEXT,                -- dates as last said: a list may date its entries anew each time
    updated TEXT,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    gone_at TEXT,                  -- a complete listing no longer showed it, or called it otherwise
    first_observation_id INTEGER REFERENCES observations (id),
    last_observation_id INTEGER REFERENCES observations (id)
);
CREATE INDEX sightings_page ON sightings (page_id);
CREATE INDEX sightings_open ON sightings (address_id, page_id) WHERE gone_at IS NULL;

-- The copies that the user holds, a row for each revision.
CREATE TABLE seeds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sequence INTEGER NOT NULL UNIQUE REFERENCES log (sequence),
    name TEXT NOT NULL,
    revision INTEGER NOT NULL,
    current INTEGER NOT NULL,      -- 1 for the revision that sources.toml names now
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL REFERENCES bodies (sha256),
    text_id INTEGER NOT NULL REFERENCES texts (id),
    title TEXT,
    author TEXT,
    published TEXT,
    url TEXT,
    url_evidence TEXT NOT NULL,    -- verified inferred unknown
    retrieved TEXT,
    originals TEXT NOT NULL,       -- JSON
    lang TEXT NOT NULL,            -- JSON
    note TEXT,
    recorded_at TEXT NOT NULL,
    compared_at TEXT,              -- when it was compared with the versions that stood before it
    UNIQUE (name, revision)
);
CREATE INDEX seeds_text ON seeds (text_id);

-- How a version stands to a seed copy.
CREATE TABLE seed_matches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seed_id INTEGER NOT NULL REFERENCES seeds (id),
    version_id INTEGER NOT NULL REFERENCES versions (id),
    seed_coverage REAL NOT NULL,   -- share of folded characters
    page_coverage REAL NOT NULL,
    relation TEXT NOT NULL,
    confidence REAL NOT NULL,
    score REAL NOT NULL,
    coarse INTEGER NOT NULL,
    alignment TEXT NOT NULL,       -- JSON: passages, and what each side lacks
    recorded_at TEXT NOT NULL,
    UNIQUE (seed_id, version_id)
);
CREATE INDEX seed_matches_version ON seed_matches (version_id);

-- Winnowed fingerprints: which passage stands where. A page's later text adds only new ones, under
-- the page's first text; a text that stands on several pages is here whole, under itself.
CREATE TABLE passages (
    hash INTEGER NOT NULL,         -- low 32 bits of the fingerprint, signed
    owner_text_id INTEGER NOT NULL REFERENCES texts (id),
    later_text_id INTEGER REFERENCES texts (id),  -- who brought it; NULL: the owner itself, which is
                                 -- named here when it stands on several pages
    PRIMARY KEY (hash, owner_text_id)
) WITHOUT ROWID;

-- Full text, a row a text (rowid = texts.id): CJK runs as bigrams, the rest as words, English
-- ones by their stems (Porter's), here and in what is asked for.
CREATE VIRTUAL TABLE search USING fts5 (
    tokens, content = '', tokenize = "porter unicode61 remove_diacritics 0"
);
-- For single characters, those of a text that only ever end a run of CJK, without their places.
CREATE VIRTUAL TABLE search_ends USING fts5 (
    tokens, content = '', detail = none, columnsize = 0, tokenize = "unicode61 remove_diacritics 0"
);

-- One run of a command that fetches.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    command TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    program TEXT NOT NULL,
    configuration TEXT,            -- sha256 of sources.toml
    totals TEXT                    -- JSON: the summary of crawl once --json
);

-- Work handed to the daemon by a command beside it.
CREATE TABLE requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    command TEXT NOT NULL,
    arguments TEXT NOT NULL,       -- JSON
    submitted_at TEXT NOT NULL,
    submitted_by TEXT NOT NULL,    -- pid@host
    taken_at TEXT,
    taken_by TEXT,
    finished_at TEXT,
    exit_code INTEGER,
    result TEXT                    -- JSON: the summary of crawl once --json
);
CREATE INDEX requests_waiting ON requests (id) WHERE taken_at IS NULL;

-- Messages to be delivered, written with what they tell. A channel stands here by its id alone.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    message_key TEXT NOT NULL UNIQUE,  -- the same message is never queued twice
    change_id INTEGER REFERENCES changes (id),
    event_id INTEGER REFERENCES events (id),
    payload TEXT NOT NULL,         -- JSON
    digest INTEGER NOT NULL DEFAULT 0,          -- 1: waits for the channel's next digest
    told_in INTEGER REFERENCES outbox (id),     -- the digest or story whose message carries it
    queued_at TEXT NOT NULL,
    next_try_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    delivered_at TEXT
);
CREATE INDEX outbox_waiting ON outbox (next_try_at) WHERE delivered_at IS NULL;
CREATE INDEX outbox_queued ON outbox (queued_at);
CREATE INDEX outbox_told_in ON outbox (told_in) WHERE told_in IS NOT NULL;

-- Conditions that people are told of once: open until they end, told when event_id is set.
CREATE TABLE alarms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,            -- promise_broken source_silent extraction_breaks disk_low ...
    subject TEXT NOT NULL,
    source_id TEXT REFERENCES sources (id),
    since TEXT NOT NULL,
    detail TEXT NOT NULL,          -- JSON, as it stood when it began
    event_id INTEGER REFERENCES events (id),
    ended_at TEXT
);
CREATE UNIQUE INDEX alarms_open ON alarms (kind, subject) WHERE ended_at IS NULL;

-- Edits whose pages a web archive was asked to save, where `network.save_page_now` asks for that.
CREATE TABLE saves (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    change_id INTEGER NOT NULL UNIQUE REFERENCES changes (id),
    page_id INTEGER NOT NULL REFERENCES pages (id),
    url TEXT NOT NULL,
    queued_at TEXT NOT NULL,
    next_try_at TEXT,              -- NULL: confirmed, or given up
    attempts INTEGER NOT NULL DEFAULT 0,
    asked_at TEXT,                 -- when the web archive took it on
    job TEXT,                      -- what it calls that
    memento TEXT,                  -- the copy's address, once its index lists it
    memento_at TEXT,               -- the copy's moment
    last_error TEXT
);
CREATE INDEX saves_waiting ON saves (next_try_at) WHERE next_try_at IS NOT NULL;
CREATE INDEX saves_page ON saves (page_id);

-- How far a step came that follows the archive's rows: the last id that it has looked at.
CREATE TABLE cursors (
    name TEXT PRIMARY KEY,
    position INTEGER NOT NULL
);

-- A reader's judgement beside a change, never in it.
CREATE TABLE marks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    change_id INTEGER NOT NULL REFERENCES changes (id),
    mark TEXT NOT NULL,            -- seen important false
    note TEXT,
    marked_at TEXT NOT NULL
);
CREATE INDEX marks_change ON marks (change_id);

-- Every page's latest version.
CREATE VIEW latest_versions AS
SELECT
    versions.id AS version, pages.id AS page, pages.canonical_url AS url,
    pages.source_id AS source, pages.state, extractions.title, extractions.author,
    extractions.source_name, extractions.editor, extractions.published, extractions.lang,
    texts.characters, versions.as_of, versions.text_id, texts.sha256 AS text_sha256
FROM pages
JOIN versions ON versions.id = pages.version_id
JOIN extractions ON extractions.id = versions.extraction_id
JOIN texts ON texts.id = versions.text_id
WHERE pages.joined_with IS NULL;

-- Changes that stand, the newest first.
CREATE VIEW recent_changes AS
SELECT
    changes.id AS change, changes.recorded_at, changes.source_id AS source,
    pages.id AS page, pages.canonical_url AS url, pages.title, changes.kind, changes.score,
    changes.from_state, changes.to_state, changes.inserted, changes.deleted, changes.moved,
    changes.masked, changes.labels, changes.old_last_seen, changes.new_first_seen,
    changes.from_version_id AS from_version, changes.to_version_id AS to_version, changes.origin
FROM changes JOIN pages ON pages.id = changes.page_id
WHERE NOT EXISTS (SELECT 1 FROM changes AS later WHERE later.supersedes_id = changes.id)
ORDER BY changes.id DESC;

-- Pages whose last look told nothing, the longest trouble first.
CREATE VIEW failing_pages AS
SELECT
    pages.id AS page, pages.canonical_url AS url, pages.source_id AS source, pages.title,
    pages.state, observations.outcome, observations.reason, observations.status,
    observations.error, pages.failures, pages.failing_since, pages.last_checked_at,
    pages.last_conclusive_at, pages.next_check_at
FROM pages JOIN observations ON observations.id = pages.last_observation_id
WHERE pages.joined_with IS NULL AND pages.failures > 0
ORDER BY pages.failing_since;

-- Pages without a conclusive look for longer than promised, the open gap included.
CREATE VIEW broken_promises AS
SELECT page, url, source, title, state, last_conclusive_at, open_gap_s, promise_s, next_check_at
FROM (
    SELECT
        pages.id AS page, pages.canonical_url AS url, pages.source_id AS source, pages.title,
        pages.state, pages.last_conclusive_at, pages.next_check_at,
        round((julianday('now')
            - julianday(coalesce(pages.last_conclusive_at, pages.first_seen_at))) * 86400)
            AS open_gap_s,
        CASE
            -- A page that is gone is asked for monthly, and a month's look may fail once.
            WHEN pages.state IN ('gone', 'redirected', 'emptied')
            THEN max(sources.max_interval_s, 60 * 86400.0)
            ELSE (
                SELECT min(CASE
                    WHEN listing.kind = 'page'
                        OR (julianday('now') - julianday(pages.first_seen_at)) * 86400
                            < listing.young_s
                        OR pages.shares_seed
                    THEN listing.max_gap_s
                    ELSE listing.max_interval_s
                END)
                FROM sources AS listing
                WHERE listing.id = pages.source_id OR pages.also_listed
                    AND listing.removed_at IS NULL AND listing.enabled AND EXISTS (
                        SELECT 1 FROM sightings WHERE sightings.page_id = pages.id
                            AND sightings.source_id = listing.id AND sightings.gone_at IS NULL
                    )
            )
        END AS promise_s
    FROM pages JOIN sources ON sources.id = pages.source_id
    WHERE pages.joined_with IS NULL AND pages.watched AND sources.removed_at IS NULL
        AND sources.enabled
)
WHERE open_gap_s > promise_s
ORDER BY open_gap_s DESC;

-- Pages that carry the same text, but for width, spacing and the form of quotes.
CREATE VIEW reprints AS
SELECT
    texts.fold_sha256, latest.page, latest.url, latest.source, latest.title, latest.source_name,
    latest.published, latest.as_of, latest.version, texts.characters
FROM latest_versions AS latest JOIN texts ON texts.id = latest.text_id
WHERE texts.fold_sha256 IN (
    SELECT shared.fold_sha256
    FROM latest_versions JOIN texts AS shared ON shared.id = latest_versions.text_id
    WHERE shared.characters > 0
    GROUP BY shared.fold_sha256 HAVING count(*) > 1
)
ORDER BY texts.fold_sha256, latest.as_of;
