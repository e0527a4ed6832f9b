//! What the values of a column are, as its file says: what becomes of them in a cell.
//!
//! Source: `parquet.thrift` of the Parquet format, `LogicalType` and the older `ConvertedType`; where a column has both,
//! the first counts.

use super::compact::{Compact, Field, kind};
use parquet::basic::Type as Physical;

/// What the values of a column are, and so how they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Text; also bytes of which nobody says what they are, as some programs keep text.
    Text,
    Bool,
    Signed,
    Unsigned,
    /// A whole number of so many decimal places.
    Decimal {
        scale: u32,
    },
    Float16,
    Float32,
    Float64,
    /// Days since 1970.
    Date,
    /// So many of them make a second. `is_instant`: it is the moment itself, counted in UTC, and not what a clock shows.
    Timestamp {
        per_second: i64,
        is_instant: bool,
    },
    /// A moment, in the older form of twelve bytes.
    OldTimestamp,
    Time {
        per_second: i64,
    },
    Uuid,
}

/// What a file says of a column's values beside how they are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    logical: Option<Logical>,
    /// The number of the older kind of type.
    pub converted: Option<i64>,
    pub scale: i64,
}

/// What the newer kind of type says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Logical {
    Decimal {
        scale: i64,
    },
    Time {
        per_second: i64,
    },
    Timestamp {
        per_second: i64,
        is_instant: bool,
    },
    Integer {
        is_signed: bool,
    },
    /// One without parameters, by its number.
    Plain(i16),
}

/// Numbers of types in `parquet.thrift`.
mod number {
    pub(super) const STRING: i16 = 1;
    pub(super) const ENUM: i16 = 4;
    pub(super) const DECIMAL: i16 = 5;
    pub(super) const DATE: i16 = 6;
    pub(super) const TIME: i16 = 7;
    pub(super) const TIMESTAMP: i16 = 8;
    pub(super) const INTEGER: i16 = 10;
    pub(super) const NULL: i16 = 11;
    pub(super) const JSON: i16 = 12;
    pub(super) const UUID: i16 = 14;
    pub(super) const FLOAT16: i16 = 15;
}

const MILLIS: i64 = 1_000;
const MICROS: i64 = 1_000_000;
const NANOS: i64 = 1_000_000_000;

impl Said {
    /// Reads the newer kind of type; one that is not known says nothing.
    pub(super) fn read_logical(&mut self, compact: &mut Compact<'_>, field: Field) -> Option<()> {
        if field.kind != kind::STRUCT {
            return None;
        }
        compact.fields(&mut |compact, of| {
            if of.kind != kind::STRUCT {
                return None;
            }
            let (mut first, mut second, mut unit) = (None, None, None);
            compact.fields(&mut |compact, field| {
                match (field.kind, field.id) {
                    (kind::TRUE | kind::FALSE, 1) => first = Some(i64::from(field.kind == kind::TRUE)),
                    (kind::TRUE | kind::FALSE, 2) => second = Some(i64::from(field.kind == kind::TRUE)),
                    (kind::STRUCT, 2) => unit = Some(unit_of(compact)?),
                    (kind::BYTE..=kind::I64, 1) => first = Some(compact.whole(field)?),
                    _ => return Some(false),
                }
                Some(true)
            })?;
            let per_second = unit.filter(|unit| *unit > 0);
            let is_instant = first == Some(1);
            self.logical = match (of.id, per_second) {
                (number::DECIMAL, _) => Some(Logical::Decimal { scale: first.unwrap_or(0) }),
                (number::TIME, Some(per_second)) => Some(Logical::Time { per_second }),
                (number::TIMESTAMP, Some(per_second)) => Some(Logical::Timestamp { per_second, is_instant }),
                (number::INTEGER, _) => Some(Logical::Integer { is_signed: second != Some(0) }),
                (other, _) => Some(Logical::Plain(other)),
            };
            Some(true)
        })
    }
}

/// Returns how many of a unit make a second; 0 for one that is not known.
fn unit_of(compact: &mut Compact<'_>) -> Option<i64> {
    let mut unit = 0;
    compact.fields(&mut |_, field| {
        unit = match field.id {
            1 => MILLIS,
            2 => MICROS,
            3 => NANOS,
            _ => 0,
        };
        Some(false)
    })?;
    Some(unit)
}

impl Shape {
    /// Returns what the values of a column are.
    ///
    /// # Errors
    /// What they are, in words, where no cell can show them.
    pub(super) fn of(physical: Physical, length: i64, said: &Said) -> Result<Self, &'static str> {
        let shape = match said.logical {
            Some(logical) => of_logical(logical, physical, length),
            None => of_converted(said, physical),
        };
        shape.unwrap_or_else(|| of_physical(physical))
    }
}

type Known = Option<Result<Shape, &'static str>>;

fn of_logical(logical: Logical, physical: Physical, length: i64) -> Known {
    use Physical::{BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, INT32, INT64};
    Some(match (logical, physical) {
        (Logical::Decimal { scale }, INT32 | INT64 | BYTE_ARRAY | FIXED_LEN_BYTE_ARRAY) => decimal(scale),
        (Logical::Time { per_second }, INT32 | INT64) => Ok(Shape::Time { per_second }),
        (Logical::Timestamp { per_second, is_instant }, INT64) => {
            Ok(Shape::Timestamp { per_second, is_instant })
        }
        (Logical::Integer { is_signed }, INT32 | INT64) => {
            Ok(if is_signed { Shape::Signed } else { Shape::Unsigned })
        }
        (Logical::Plain(number::STRING | number::ENUM | number::JSON), BYTE_ARRAY) => Ok(Shape::Text),
        (Logical::Plain(number::DATE), INT32) => Ok(Shape::Date),
        (Logical::Plain(number::UUID), FIXED_LEN_BYTE_ARRAY) if length == 16 => Ok(Shape::Uuid),
        (Logical::Plain(number::FLOAT16), FIXED_LEN_BYTE_ARRAY) if length == 2 => Ok(Shape::Float16),
        (Logical::Plain(number::NULL), _) => return None,
        (Logical::Plain(13 | 16..), _) => Err("values of a kind that a roster does not have"),
        _ => return None,
    })
}

fn of_converted(said: &Said, physical: Physical) -> Known {
    use Physical::{BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, INT32, INT64};
    let is_instant = true;
    Some(match (said.converted?, physical) {
        (0 | 4 | 19, BYTE_ARRAY) => Ok(Shape::Text),
        (5, INT32 | INT64 | BYTE_ARRAY | FIXED_LEN_BYTE_ARRAY) => decimal(said.scale),
        (6, INT32) => Ok(Shape::Date),
        (7, INT32) => Ok(Shape::Time { per_second: MILLIS }),
        (8, INT64) => Ok(Shape::Time { per_second: MICROS }),
        (9, INT64) => Ok(Shape::Timestamp { per_second: MILLIS, is_instant }),
        (10, INT64) => Ok(Shape::Timestamp { per_second: MICROS, is_instant }),
        (11..=14, INT32 | INT64) => Ok(Shape::Unsigned),
        (20 | 21, _) => Err("values of a kind that a roster does not have"),
        _ => return None,
    })
}

fn of_physical(physical: Physical) -> Result<Shape, &'static str> {
    Ok(match physical {
        Physical::BOOLEAN => Shape::Bool,
        Physical::INT32 | Physical::INT64 => Shape::Signed,
        Physical::INT96 => Shape::OldTimestamp,
        Physical::FLOAT => Shape::Float32,
        Physical::DOUBLE => Shape::Float64,
        Physical::BYTE_ARRAY => Shape::Text,
        Physical::FIXED_LEN_BYTE_ARRAY => return Err("bytes without a meaning"),
    })
}

fn decimal(scale: i64) -> Result<Shape, &'static str> {
    /// Decimal places: more than any program writes.
    const LIMIT_SCALE: u32 = 76;
    match u32::try_from(scale) {
        Ok(scale) if scale <= LIMIT_SCALE => Ok(Shape::Decimal { scale }),
        _ => Err("decimals of a scale that does not exist"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(converted: i64) -> Said {
        Said { converted: Some(converted), ..Said::default() }
    }

    #[test]
    fn the_newer_type_counts_and_the_older_one_where_it_is_missing() {
        let both = Said { logical: Some(Logical::Plain(number::DATE)), converted: Some(17), scale: 0 };
        assert_eq!(Shape::of(Physical::INT32, 0, &both), Ok(Shape::Date));
        assert_eq!(Shape::of(Physical::INT64, 0, &converted(14)), Ok(Shape::Unsigned));
        assert_eq!(Shape::of(Physical::INT32, 0, &converted(6)), Ok(Shape::Date));
        assert_eq!(
            Shape::of(Physical::INT64, 0, &converted(10)),
            Ok(Shape::Timestamp { per_second: MICROS, is_instant: true })
        );
    }

    #[test]
    fn what_does_not_fit_how_it_is_stored_says_nothing() {
        let uuid = Said { logical: Some(Logical::Plain(number::UUID)), ..Said::default() };
        assert_eq!(Shape::of(Physical::FIXED_LEN_BYTE_ARRAY, 16, &uuid), Ok(Shape::Uuid));
        assert!(Shape::of(Physical::FIXED_LEN_BYTE_ARRAY, 15, &uuid).is_err());
        assert_eq!(Shape::of(Physical::DOUBLE, 0, &converted(6)), Ok(Shape::Float64));
    }

    #[test]
    fn what_no_cell_can_show_is_told() {
        for said in
            [converted(20), converted(21), Said { logical: Some(Logical::Plain(17)), ..Said::default() }]
        {
            assert!(Shape::of(Physical::BYTE_ARRAY, 0, &said).is_err(), "{said:?}");
        }
        let deep = Said { logical: Some(Logical::Decimal { scale: 77 }), ..Said::default() };
        assert!(Shape::of(Physical::INT64, 0, &deep).is_err());
    }
}
