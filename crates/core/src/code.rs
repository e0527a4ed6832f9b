//! The codes of all that can be wrong: short names that are the same in every run.

use std::cmp::Ordering;
use std::fmt;

/// Makes the list: each code with its text.
macro_rules! codes {
    ($($name:ident = $text:literal,)*) => {
        /// The short name of one kind of thing that is wrong; people filter by it and scripts go by it, so it never
        /// changes. `tests/cases` has a case for each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $text, "`")] $name,)*
        }

        impl Code {
            /// All codes, by what they are about.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the code as it is printed, such as `plan-unknown`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

/// Codes stand in the order of their texts.
impl Ord for Code {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

codes! {
    // rows
    FormulaWithoutValue = "formula-without-value",
    AddOnMarked = "add-on-marked",
    AloneInRow = "alone-in-row",
    Caption = "caption",
    CaptionAbove = "caption-above",
    CellError = "cell-error",
    CellLeftOut = "cell-left-out",
    CellSpansLines = "cell-spans-lines",
    CellTooLong = "cell-too-long",
    HeadingRepeated = "heading-repeated",
    DigitsRestyled = "digits-restyled",
    IdShortened = "id-shortened",
    IdZerosLost = "id-zeros-lost",
    LettersGarbled = "letters-garbled",
    NotDecodable = "not-decodable",
    OtherTable = "other-table",
    PhaseUnknown = "phase-unknown",
    PlanAmount = "plan-amount",
    PlanContradicted = "plan-contradicted",
    PlanElsewhere = "plan-elsewhere",
    PlanMissing = "plan-missing",
    PlanPriceDoubtful = "plan-price-doubtful",
    PlanReadings = "plan-readings",
    PlanSeveral = "plan-several",
    PlanUnknown = "plan-unknown",
    RowHidden = "row-hidden",
    PlansDiffer = "plans-differ",
    RowLong = "row-long",
    RowShort = "row-short",
    SeatsAmbiguous = "seats-ambiguous",
    SeatsInGrace = "seats-in-grace",
    SeatsMissing = "seats-missing",
    SeatsNegative = "seats-negative",
    SeatsNotWhole = "seats-not-whole",
    SeatsPercent = "seats-percent",
    SeatsSeveral = "seats-several",
    SeatsShortened = "seats-shortened",
    SeatsTooMany = "seats-too-many",
    SeatsUnreadable = "seats-unreadable",
    SeatsWrongKind = "seats-wrong-kind",
    SegmentNotRead = "segment-not-read",
    SegmentUnknown = "segment-unknown",
    StatusNotRead = "status-not-read",
    StatusUnknown = "status-unknown",
    TableBeside = "table-beside",
    TenantElsewhere = "tenant-elsewhere",
    TenantFromAbove = "tenant-from-above",
    TenantMissing = "tenant-missing",
    TextAfterQuote = "text-after-quote",
    TotalDoubtful = "total-doubtful",
    TrialNotRead = "trial-not-read",
    TrialUnknown = "trial-unknown",
    ZeroByte = "zero-byte",
    // columns and command line
    ColumnDoubtful = "column-doubtful",
    ColumnMissing = "column-missing",
    ColumnUncertain = "column-uncertain",
    EncodingUnknown = "encoding-unknown",
    HeadingNotFound = "heading-not-found",
    HeadingRowMissing = "heading-row-missing",
    HeadingsMissing = "headings-missing",
    MapNotReadable = "map-not-readable",
    MapNotValid = "map-not-valid",
    PlansAsColumns = "plans-as-columns",
    SeatsLost = "seats-lost",
    SplitFolder = "split-folder",
    SplitOwner = "split-owner",
    SplitTooMany = "split-too-many",
    TablesFolder = "tables-folder",
    TablesGaveUp = "tables-gave-up",
    TablesSideBySide = "tables-side-by-side",
    Usage = "usage",
    UsersListed = "users-listed",
    // roster files
    ColumnsByWidth = "columns-by-width",
    DelimiterUnknown = "delimiter-unknown",
    EncodingsMixed = "encodings-mixed",
    LinesQuoted = "lines-quoted",
    ParquetDamaged = "parquet-damaged",
    ParquetFolder = "parquet-folder",
    ParquetNotRead = "parquet-not-read",
    ParquetPartsDiffer = "parquet-parts-differ",
    QuoteNotClosed = "quote-not-closed",
    RecordTooLong = "record-too-long",
    RecordTooWide = "record-too-wide",
    RosterEmpty = "roster-empty",
    RosterFormat = "roster-format",
    RosterJson = "roster-json",
    RosterLockFile = "roster-lock-file",
    RosterMissing = "roster-missing",
    RosterNoRows = "roster-no-rows",
    RosterNotText = "roster-not-text",
    RosterPointer = "roster-pointer",
    RosterUnreadable = "roster-unreadable",
    SepLineWrong = "sep-line-wrong",
    SheetMissing = "sheet-missing",
    SheetUncertain = "sheet-uncertain",
    SummaryColumns = "summary-columns",
    SummaryDiffers = "summary-differs",
    SummaryMissing = "summary-missing",
    SummaryUnfinished = "summary-unfinished",
    TooManyBytes = "too-many-bytes",
    TooManyColumns = "too-many-columns",
    TooManyRows = "too-many-rows",
    TooMuchTime = "too-much-time",
    WorkbookDamaged = "workbook-damaged",
    WorkbookFormat = "workbook-format",
    WorkbookProtected = "workbook-protected",
    WorkbookTooLarge = "workbook-too-large",
    RosterChanged = "roster-changed",
    // the earlier night
    RosterShrank = "roster-shrank",
    SinceCell = "since-cell",
    SinceColumns = "since-columns",
    SinceNotOurs = "since-not-ours",
    SinceNotReadable = "since-not-readable",
    SincePart = "since-part",
    SinceRows = "since-rows",
    // audits
    AuditCatalogueOther = "audit-catalogue-other",
    AuditNotOurs = "audit-not-ours",
    AuditNotReadable = "audit-not-readable",
    AuditOverridesOther = "audit-overrides-other",
    AuditPolicyOther = "audit-policy-other",
    // output
    MapNotWritable = "map-not-writable",
    OutputIsFolder = "output-is-folder",
    OutputIsInput = "output-is-input",
    OutputNotWritable = "output-not-writable",
    NoRoom = "no-room",
    NoThread = "no-thread",
    ParquetTooLarge = "parquet-too-large",
    RunLocked = "run-locked",
    ServeNotPossible = "serve-not-possible",
    WorkbookNotMade = "workbook-not-made",
    OutputNotAFile = "output-not-a-file",
    // policies
    PolicyNotReadable = "policy-not-readable",
    TomlSyntax = "toml-syntax",
    ThresholdMissing = "threshold-missing",
    ThresholdFalls = "threshold-falls",
    KeyUnknown = "key-unknown",
    SourceMissing = "source-missing",
    ThresholdNotWhole = "threshold-not-whole",
    ProductNameUnknown = "product-name-unknown",
    ProductIdUnknown = "product-id-unknown",
    ProductIdElsewhere = "product-id-elsewhere",
    FamilyUnknown = "family-unknown",
    SourceUnknown = "source-unknown",
    KeyMissing = "key-missing",
    AddressMalformed = "address-malformed",
    DateMalformed = "date-malformed",
    IdDuplicate = "id-duplicate",
    IdNotAWord = "id-not-a-word",
    InterpretationNotGranted = "interpretation-not-granted",
    InterpretationOverlaps = "interpretation-overlaps",
    KindUnknown = "kind-unknown",
    ListEmpty = "list-empty",
    NameDuplicate = "name-duplicate",
    NamePartsTiers = "name-parts-tiers",
    NameReserved = "name-reserved",
    NumberNotWhole = "number-not-whole",
    RangeEmpty = "range-empty",
    RungMissing = "rung-missing",
    RungTwice = "rung-twice",
    SchemaUnsupported = "schema-unsupported",
    ServiceOrder = "service-order",
    TextEmpty = "text-empty",
    TextTooLong = "text-too-long",
    TextUnclean = "text-unclean",
    TooMany = "too-many",
    TypeWrong = "type-wrong",
    WordDuplicate = "word-duplicate",
    WordEmpty = "word-empty",
    WordUnknown = "word-unknown",
    YearOutOfRange = "year-out-of-range",
    EntitlementUnknown = "entitlement-unknown",
    FamilyMissing = "family-missing",
    KindMissing = "kind-missing",
    PolicyTooLarge = "policy-too-large",
    SegmentMissing = "segment-missing",
    // own catalogues
    CatalogueCellMissing = "catalogue-cell-missing",
    CatalogueCellStray = "catalogue-cell-stray",
    CatalogueDiffers = "catalogue-differs",
    CatalogueGuidMalformed = "catalogue-guid-malformed",
    CatalogueHeadingMissing = "catalogue-heading-missing",
    CatalogueHeadingTwice = "catalogue-heading-twice",
    CatalogueHeadingUnknown = "catalogue-heading-unknown",
    CatalogueNameMissing = "catalogue-name-missing",
    CatalogueNamesNothing = "catalogue-names-nothing",
    CatalogueNotReadable = "catalogue-not-readable",
    CatalogueTaken = "catalogue-taken",
    CatalogueTextUnusable = "catalogue-text-unusable",
    CatalogueTwice = "catalogue-twice",
    CatalogueUnclear = "catalogue-unclear",
    CatalogueWordUnknown = "catalogue-word-unknown",
    CatalogueTooMany = "catalogue-too-many",
    CatalogueNotDerived = "catalogue-not-derived",
    // overrides
    OverrideCellStray = "override-cell-stray",
    OverrideConflict = "override-conflict",
    OverrideHeadingMissing = "override-heading-missing",
    OverrideHeadingTwice = "override-heading-twice",
    OverrideHeadingUnknown = "override-heading-unknown",
    OverrideKindUnknown = "override-kind-unknown",
    OverrideNamesNothing = "override-names-nothing",
    OverrideNothingFilledIn = "override-nothing-filled-in",
    OverrideOutdated = "override-outdated",
    OverrideOverruled = "override-overruled",
    OverridePlan = "override-plan",
    OverridePlanOutdated = "override-plan-outdated",
    OverridePlanUnknown = "override-plan-unknown",
    OverrideReach = "override-reach",
    OverrideRepeated = "override-repeated",
    OverrideSeats = "override-seats",
    OverrideSegment = "override-segment",
    OverrideSegmentOutdated = "override-segment-outdated",
    OverrideSegmentUnknown = "override-segment-unknown",
    OverrideSetsNothing = "override-sets-nothing",
    OverrideStatus = "override-status",
    OverrideStatusOutdated = "override-status-outdated",
    OverrideStatusUnknown = "override-status-unknown",
    OverrideUnclear = "override-unclear",
    OverrideUnused = "override-unused",
    OverrideWordUnknown = "override-word-unknown",
    OverridesNotReadable = "overrides-not-readable",
    OverridesNothingFilledIn = "overrides-nothing-filled-in",
    OverridesNothingToSettle = "overrides-nothing-to-settle",
    OverridesTooMany = "overrides-too-many",
    // nightly runs
    NightFolder = "night-folder",
    NightName = "night-name",
    NightNotReadable = "night-not-readable",
    NightState = "night-state",
    NightValue = "night-value",
    RosterLate = "roster-late",
    RunEnded = "run-ended",
    // the run itself
    Internal = "internal",
    PlanAmbiguous = "plan-ambiguous",
    Stopped = "stopped",
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn codes_are_words_with_dashes_and_each_is_there_once() {
        let texts: HashSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
        let is_word = |text: &&str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(texts.iter().all(is_word), "{texts:?}");
    }
}
