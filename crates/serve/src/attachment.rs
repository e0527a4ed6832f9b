//! The header that names a download: RFC 6266, with the whole name as RFC 8187 has it.

use std::fmt::Write as _;

/// Returns the value of `Content-Disposition` for a name, which may be any text.
pub(crate) fn named(name: &str) -> String {
    let plain: String = name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    let encoded = name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    });
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// What every browser takes within quotes as it is.
fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || " !#$&'()+,-.;=@[]^_`{}~".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_is_one_value_of_ascii() {
        assert_eq!(
            named("roster.fasttrack.xlsx"),
            "attachment; filename=\"roster.fasttrack.xlsx\"; filename*=UTF-8''roster.fasttrack.xlsx"
        );
        assert_eq!(
            named("a\"\r\n<\u{e4}>.csv"),
            "attachment; filename=\"a______.csv\"; filename*=UTF-8''a%22%0D%0A%3C%C3%A4%3E.csv"
        );
    }
}
