//! Rows of a table as the program writes them, in JSON lines: the first of them, with their columns in order.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

/// Rows that are shown.
pub(crate) const SHOWN: usize = 500;

/// A table, as far as it is shown.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(crate) struct Shown {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<Value>>,
    /// Rows of the whole table.
    pub(crate) total: u64,
}

/// Reads a table; one that is not there has no rows.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn read(path: &Path) -> io::Result<Shown> {
    let mut shown = Shown::default();
    each(path, |line| {
        shown.total += 1;
        if shown.rows.len() < SHOWN {
            let Cells(cells) = serde_json::from_slice(line.as_bytes())?;
            let (columns, row): (Vec<String>, Vec<Value>) = cells.into_iter().unzip();
            shown.columns = columns;
            shown.rows.push(row);
        }
        Ok(())
    })?;
    Ok(shown)
}

/// Gives every line of a file to `take`; a file that is not there has none.
///
/// # Errors
/// If it cannot be read, or `take` fails.
pub(crate) fn each(path: &Path, mut take: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let (mut from, mut line) = (BufReader::new(file), String::new());
    while from.read_line(&mut line)? > 0 {
        take(line.trim_end())?;
        line.clear();
    }
    Ok(())
}

/// The cells of a row, in the order of the file.
struct Cells(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Cells;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a row")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
                let mut cells = Vec::new();
                while let Some(cell) = map.next_entry()? {
                    cells.push(cell);
                }
                Ok(Cells(cells))
            }
        }
        from.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_keep_their_order_and_all_rows_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("changes.jsonl");
        assert_eq!(read(&path).unwrap(), Shown::default());
        let line = "{\"Tenant\":\"Contoso\",\"Change\":null,\"Seats\":7}\n";
        std::fs::write(&path, line.repeat(SHOWN + 1)).unwrap();
        let shown = read(&path).unwrap();
        assert_eq!(shown.columns, ["Tenant", "Change", "Seats"]);
        assert_eq!((shown.rows.len(), shown.total), (SHOWN, 501));
        assert_eq!(shown.rows[0], [json!("Contoso"), json!(null), json!(7)]);
    }
}
