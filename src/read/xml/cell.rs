//! A look at one cell of a sheet, for values that calamine would change or drop.

use super::Harm;

/// What a cell's `t` says of its value, as far as calamine treats it differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum CellKind {
    /// No `t`, or one whose value calamine takes as it stands.
    #[default]
    Plain,
    /// `n`: calamine panics on a plus sign.
    Number,
    /// `str`, `d` and all others: the value may hold entities.
    Text,
    /// `inlineStr`: the value is in `<is>`, and `<v>` is not read.
    Inline,
}

/// One cell on its way. calamine keeps the last of several values, and drops comments, CDATA and, where the value is
/// no text, all behind an entity, without a word.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CellCheck {
    kind: CellKind,
    has_value: bool,
    has_formula: bool,
    has_idle_value: bool,
    /// Bytes of text seen in values so far.
    text_bytes: u64,
    /// Bytes of text seen since `<v>`; `None` outside of it.
    pub value_bytes: Option<u64>,
}

impl CellCheck {
    /// Starts a cell with this `t`.
    pub(super) fn of(kind: Option<&str>) -> Self {
        let kind = match kind {
            None | Some("s" | "b" | "e") => CellKind::Plain,
            Some("n") => CellKind::Number,
            Some("inlineStr" | "is") => CellKind::Inline,
            Some(_) => CellKind::Text,
        };
        Self { kind, ..Self::default() }
    }

    /// Returns whether the cell has a formula and no value; only a text can be worked out to nothing.
    pub(super) fn is_uncalculated(&self) -> bool {
        let has_result = if self.kind == CellKind::Text { self.has_value } else { self.text_bytes > 0 };
        self.has_formula && !has_result
    }

    pub(super) fn is_in_value(&self) -> bool {
        self.value_bytes.is_some()
    }

    /// Looks at the name of a tag in the cell, with `/` in front where it closes.
    pub(super) fn named(&mut self, name: &[u8]) -> Result<(), Harm> {
        let is_inline = self.kind == CellKind::Inline;
        let is_wrong = match name {
            b"/v" => {
                self.value_bytes = None;
                false
            }
            b"/c" => self.has_idle_value && !self.has_value,
            b"v" if is_inline => {
                self.has_idle_value = true;
                self.has_value
            }
            b"v" | b"is" => std::mem::replace(&mut self.has_value, true),
            b"f" => {
                self.has_formula = true;
                self.has_value
            }
            _ => self.is_in_value(),
        };
        if is_wrong { Err(Self::harm()) } else { Ok(()) }
    }

    /// Looks at a byte of text in the cell's value.
    pub(super) fn text(&mut self, byte: u8) -> Result<(), Harm> {
        let is_signed = self.value_bytes == Some(0) && byte == b'+' && self.kind == CellKind::Number;
        let is_entity = byte == b'&' && self.kind != CellKind::Text && self.kind != CellKind::Inline;
        self.text_bytes += 1;
        self.value_bytes = self.value_bytes.map(|bytes| bytes + 1);
        if is_signed || is_entity { Err(Self::harm()) } else { Ok(()) }
    }

    pub(super) fn harm() -> Harm {
        Harm::Damaged("a cell's value is not written as workbooks write it".to_owned())
    }
}
