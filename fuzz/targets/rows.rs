//! Rows of any cells, compressed by where their cells stand: zlib-rs inflates them to what they were, and their checksum and
//! size are told rightly.
#![no_main]

use fasttrack_roster::report::{Style, Value};
use fasttrack_roster::write::deflate::{Compression, Deflater, END};
use fasttrack_roster::write::render::{CellHead, Numbers, SheetRows};
use flate2::{Crc, Decompress, FlushDecompress, Status};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let [seed, columns, rest @ ..] = bytes else { return };
    let (columns, texts) = (usize::from(*columns) + 1, texts(rest));
    if texts.is_empty() {
        return;
    }
    let mut numbers = Numbers::default();
    (0..3).for_each(|number| numbers.add_string(number * 1_000));
    let heads: Vec<CellHead> = (0..columns).map(CellHead::new).collect();
    let (mut rows, mut state) = (SheetRows::default(), u64::from(*seed));
    // More rows than there are texts, so that cells come again, some in the row above and some in others.
    for row in 1..=(texts.len() as u64 * 7).min(20_000 / columns as u64).max(1) {
        rows.begin(row * (1 + u64::from(*seed) % 5));
        for head in &heads {
            state = state.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23).wrapping_add(row / 3);
            let text = texts[usize::try_from(state % texts.len() as u64).unwrap_or_default()];
            let value = match state >> 60 {
                0 => Value::Blank,
                1 => Value::Number { value: (state >> 44) as f64, format: "", written: "" },
                2..5 => Value::Repeated { index: usize::from((state >> 32) as u8 % 3), text: "" },
                5 => Value::Bool(state & 1 == 0),
                _ => Value::text(text),
            };
            rows.cell(&numbers, head, &value, &Style::Plain).expect("announced");
        }
        rows.end();
    }
    let piece = rows.deflated(&Deflater::new(Compression::Fast)).expect("compressed");
    assert!(piece.bytes.len() <= rows.xml.len() + rows.xml.len() / 1000 + 16);
    let stream = [piece.bytes.as_slice(), &END].concat();
    let (mut inflate, mut found) = (Decompress::new(false), Vec::with_capacity(rows.xml.len() + 1));
    let status = inflate.decompress_vec(&stream, &mut found, FlushDecompress::Finish).expect("a stream");
    assert_eq!((status, inflate.total_in()), (Status::StreamEnd, stream.len() as u64));
    assert!(found == rows.xml);
    let mut crc = Crc::new();
    crc.update(&found);
    assert_eq!((piece.crc.sum(), piece.size), (crc.sum(), found.len() as u64));
});

/// Returns the texts that bytes hold, one behind the other, each at least a byte long.
fn texts(bytes: &[u8]) -> Vec<&str> {
    bytes.split(|byte| *byte == 0).filter_map(|text| std::str::from_utf8(text).ok()).filter(|text| !text.is_empty()).collect()
}
