//! What kind of file is written.

/// What kind of file is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// A workbook with all sheets.
    #[default]
    Xlsx,
    /// The annotated roster as comma-separated text.
    Csv,
    /// The annotated roster as one JSON object a line.
    Jsonl,
    /// The annotated roster by columns.
    Parquet,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Xlsx, Self::Csv, Self::Jsonl, Self::Parquet];

    /// Returns its word on the command line, which is the extension of its files too.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Parquet => "parquet",
        }
    }

    /// Returns whether it holds the annotated roster alone, without the other sheets.
    #[must_use]
    pub fn is_flat(self) -> bool {
        self != Self::Xlsx
    }

    /// Returns the format that an extension chooses, whatever its case; `None` = it chooses none.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        let extension = extension.to_lowercase();
        let known = Self::ALL.into_iter().find(|format| format.word() == extension);
        known.or((extension == "ndjson").then_some(Self::Jsonl))
    }

    /// Returns whether a file of this format may bear an extension: its own, or one that says nothing else.
    #[must_use]
    pub fn fits_extension(self, extension: &str) -> bool {
        /// Extensions by which programs take a file for something that we do not write.
        const OTHERS: [&str; 9] = ["tsv", "txt", "xls", "xlsm", "xlsb", "ods", "pdf", "json", "html"];
        let lower = extension.to_lowercase();
        let is_usual = match self {
            Self::Csv => lower == "txt",
            Self::Jsonl => lower == "json",
            Self::Xlsx | Self::Parquet => false,
        };
        match Self::of_extension(extension) {
            Some(format) => format == self,
            None => is_usual || !OTHERS.contains(&lower.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_chooses_a_format_and_refuses_the_others() {
        assert_eq!(Format::of_extension("CSV"), Some(Format::Csv));
        assert_eq!(Format::of_extension("ndjson"), Some(Format::Jsonl));
        assert_eq!(Format::of_extension("tsv"), None);
        for format in Format::ALL {
            assert!(format.fits_extension(format.word()) && format.fits_extension("week-47"));
            assert!(Format::ALL.iter().all(|other| other == &format || !format.fits_extension(other.word())));
            assert!(!format.fits_extension("PDF") && !format.fits_extension("xlsm"));
        }
        assert!(Format::Jsonl.fits_extension("json") && !Format::Csv.fits_extension("json"));
        assert!(Format::Csv.fits_extension("txt") && !Format::Xlsx.fits_extension("txt"));
    }
}
