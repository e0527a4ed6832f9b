//! What cells of a streamed sheet may be filled in with: a list to choose from, or a kind of value.

use crate::error::Result;
use crate::failed;
use crate::library::column_number;
use crate::model::{Choice, ChooseFrom};
use crate::template::letters;
use rust_xlsxwriter::{DataValidation, DataValidationRule, Formula, Worksheet};

/// Characters of a list of words together, the commas between them counted. Source: Excel's published limits.
const LIMIT_LIST: usize = 255;

/// Gives the cells of one choice, in `lines` rows below the headings, their list or their rule.
///
/// # Errors
/// If the workbook library refuses it.
pub(crate) fn offer(choice: &Choice, lines: u32, worksheet: &mut Worksheet) -> Result<()> {
    let validation = DataValidation::new();
    let offered = match &choice.from {
        ChooseFrom::Words(words) if !can_be_a_list(words) => return Ok(()),
        ChooseFrom::Words(words) => validation.allow_list_strings(words).map_err(|error| failed(&error))?,
        ChooseFrom::WholeNumber => validation.allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(0)),
        ChooseFrom::Headings(columns) => {
            let (first, last) = (letters(*columns.start()), letters(*columns.end()));
            validation.allow_list_formula(Formula::new(format!("=${first}$1:${last}$1")))
        }
    };
    let offered = offered.set_error_message(choice.says).map_err(|error| failed(&error))?;
    let (first, last) = (column_number(*choice.columns.start())?, column_number(*choice.columns.end())?);
    worksheet
        .add_data_validation(1, first, lines.max(1), last, &offered)
        .map(|_| ())
        .map_err(|error| failed(&error))
}

/// Whether a list can have these words: a comma would part one in two, and what no XML can have would be refused.
fn can_be_a_list(words: &[String]) -> bool {
    let characters: usize = words.iter().map(|word| word.chars().count() + 1).sum();
    let is_clean = |word: &String| !word.contains([',', '"']) && !word.contains(char::is_control);
    !words.is_empty() && characters <= LIMIT_LIST && words.iter().all(is_clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_no_list_can_have_are_not_offered() {
        let can =
            |words: &[&str]| can_be_a_list(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert!(can(&["Commercial", "Public sector"]));
        assert!(can(&[&"x".repeat(254)]));
        for words in [&[][..], &["State, local"], &["\"K12\""], &["a\u{1}"], &[&"x".repeat(255)]] {
            assert!(!can(words), "{words:?}");
        }
    }
}
