//! Parquet made to hurt, written by hand: no library writes such files.

use crate::program::{annotate, check};

/// A structure of Thrift's compact protocol, on its way.
#[derive(Default)]
struct Said {
    bytes: Vec<u8>,
    last: u8,
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

impl Said {
    fn field(mut self, id: u8, kind: u8, value: &[u8]) -> Self {
        self.bytes.push((id - self.last) << 4 | kind);
        self.last = id;
        self.bytes.extend(value);
        self
    }

    fn whole(self, id: u8, value: i64) -> Self {
        let zigzag = (value << 1) ^ (value >> 63);
        self.field(id, if value.unsigned_abs() < 1 << 31 { 5 } else { 6 }, &varint(zigzag as u64))
    }

    fn long(self, id: u8, value: i64) -> Self {
        self.field(id, 6, &varint(((value << 1) ^ (value >> 63)) as u64))
    }

    fn text(self, id: u8, text: &str) -> Self {
        self.field(id, 8, &[varint(text.len() as u64), text.as_bytes().to_vec()].concat())
    }

    fn list(self, id: u8, of: &[Vec<u8>]) -> Self {
        let head = [vec![0xfc], varint(of.len() as u64)].concat();
        self.field(id, 9, &[head, of.concat()].concat())
    }

    fn within(self, id: u8, of: Self) -> Self {
        self.field(id, 12, &of.end())
    }

    fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

const NAMES: [&str; 3] = ["Tenant", "Plan", "Paid seats"];
const UNPACKED: i64 = 0;
const ZSTD: i64 = 6;

/// A page: its head, and its bytes as they are in the file.
struct Page {
    head: Vec<u8>,
    bytes: Vec<u8>,
}

/// A page of so many values in an encoding, of so many bytes when it is unpacked.
fn page(values: i64, encoding: i64, unpacked: i64, bytes: &[u8]) -> Page {
    let of_values = Said::default().whole(1, values).whole(2, encoding).whole(3, 3).whole(4, 3);
    let head =
        Said::default().whole(1, 0).whole(2, unpacked).whole(3, bytes.len() as i64).within(5, of_values);
    Page { head: head.end(), bytes: bytes.to_vec() }
}

fn dictionary(values: i64, unpacked: i64, bytes: &[u8]) -> Page {
    let of_values = Said::default().whole(1, values).whole(2, 0);
    let head =
        Said::default().whole(1, 2).whole(2, unpacked).whole(3, bytes.len() as i64).within(7, of_values);
    Page { head: head.end(), bytes: bytes.to_vec() }
}

/// Texts as they are written without any art.
fn plain(texts: &[&str]) -> Vec<u8> {
    texts.iter().flat_map(|text| [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat()).collect()
}

fn of_texts(texts: &[&str]) -> Vec<Page> {
    let bytes = plain(texts);
    vec![page(texts.len() as i64, 0, bytes.len() as i64, &bytes)]
}

/// A file of three columns of texts, of one group.
fn file(rows: i64, columns: [Vec<Page>; 3], codec: i64) -> Vec<u8> {
    let (mut bytes, mut chunks) = (b"PAR1".to_vec(), Vec::new());
    for pages in columns {
        let start = bytes.len() as i64;
        let mut dictionary = None;
        let mut data = start;
        for page in pages {
            if page.head.starts_with(&[0x15, 4]) {
                dictionary = Some(start);
                data = start + (page.head.len() + page.bytes.len()) as i64;
            }
            bytes.extend(page.head);
            bytes.extend(page.bytes);
        }
        let length = bytes.len() as i64 - start;
        let said = Said::default()
            .whole(1, 6)
            .whole(4, codec)
            .long(5, rows)
            .long(6, length)
            .long(7, length)
            .long(9, data);
        let said = if let Some(place) = dictionary { said.long(11, place) } else { said };
        chunks.push(Said::default().long(2, 0).within(3, said).end());
    }
    let group = Said::default().list(1, &chunks).long(2, 0).long(3, rows).end();
    let schema: Vec<Vec<u8>> = std::iter::once(Said::default().text(4, "schema").whole(5, 3).end())
        .chain(
            NAMES.iter().map(|name| Said::default().whole(1, 6).whole(3, 0).text(4, name).whole(6, 0).end()),
        )
        .collect();
    with_end(bytes, &Said::default().whole(1, 1).list(2, &schema).long(3, rows).list(4, &[group]).end())
}

fn with_end(mut bytes: Vec<u8>, said: &[u8]) -> Vec<u8> {
    bytes.extend(said);
    bytes.extend((said.len() as u32).to_le_bytes());
    bytes.extend(b"PAR1");
    bytes
}

/// So many bytes of the same, packed to next to nothing.
fn zstd_of(byte: u8, count: usize) -> Vec<u8> {
    const BLOCK: usize = 128 * 1024;
    // The magic, a head without a size, and a window of 1 MiB.
    let mut packed = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 0x50];
    let mut left = count;
    loop {
        let size = left.min(BLOCK);
        left -= size;
        let head = (size as u32) << 3 | 1 << 1 | u32::from(left == 0);
        packed.extend(&head.to_le_bytes()[..3]);
        packed.push(byte);
        if left == 0 {
            return packed;
        }
    }
}

fn small() -> [Vec<Page>; 3] {
    [of_texts(&["Contoso", "Fabrikam"]), of_texts(&["SPE_E3", "SPE_E5"]), of_texts(&["480", "7"])]
}

#[test]
fn what_is_written_by_hand_is_read_where_it_is_right() {
    check("roster.parquet", &file(2, small(), UNPACKED)).has_rows(2);
    let (answer, _) = annotate("roster", &file(2, small(), UNPACKED));
    answer.has_rows(2);
}

#[test]
fn children_that_are_said_to_be_two_thousand_million_are_refused() {
    for children in [i64::from(i32::MAX), 1 << 20, 4] {
        let root = Said::default().text(4, "schema").whole(5, children).end();
        let leaf = Said::default().whole(1, 6).whole(3, 0).text(4, "Tenant").end();
        let said = Said::default().whole(1, 1).list(2, &[root, leaf]).long(3, 0).list(4, &[]).end();
        check("roster.parquet", &with_end(b"PAR1".to_vec(), &said)).is_refused("parquet-damaged");
    }
}

#[test]
fn columns_in_columns_without_end_are_refused() {
    for depth in [31, 40, 90_000] {
        let group = Said::default().whole(3, 0).text(4, "g").whole(5, 1).end();
        let leaf = Said::default().whole(1, 6).whole(3, 0).text(4, "Tenant").end();
        let elements: Vec<_> = std::iter::repeat_n(group, depth).chain([leaf]).collect();
        let said = Said::default().whole(1, 1).list(2, &elements).long(3, 0).list(4, &[]).end();
        let answer = check("roster.parquet", &with_end(b"PAR1".to_vec(), &said));
        if depth > 31 {
            answer.is_refused("parquet-too-large");
        } else {
            answer.is_sound();
        }
    }
    // Structures in structures that nobody asked for, and lists of as many as can be said.
    for filler in [vec![0x1c; 1 << 20], [vec![0x19, 0xfc], varint(u64::MAX), vec![0; 100]].concat()] {
        let said = [Said::default().whole(1, 1).bytes, filler].concat();
        check("roster.parquet", &with_end(b"PAR1".to_vec(), &said)).is_refused("parquet-damaged");
    }
}

#[test]
fn groups_and_columns_beyond_number_are_refused() {
    let leaf = |name: &str| Said::default().whole(1, 6).whole(3, 0).text(4, name).end();
    let root = |columns: i64| Said::default().text(4, "schema").whole(5, columns).end();
    let columns: Vec<_> =
        std::iter::once(root(20_000)).chain((0..20_000).map(|n| leaf(&n.to_string()))).collect();
    let said = Said::default().whole(1, 1).list(2, &columns).long(3, 0).list(4, &[]).end();
    check("roster.parquet", &with_end(b"PAR1".to_vec(), &said)).is_refused("record-too-wide");
    let groups = vec![Said::default().list(1, &[]).long(3, 0).end(); 1_000_001];
    let said =
        Said::default().whole(1, 1).list(2, &[root(1), leaf("Tenant")]).long(3, 0).list(4, &groups).end();
    check("roster.parquet", &with_end(b"PAR1".to_vec(), &said)).is_refused("parquet-too-large");
}

#[test]
fn ends_that_are_longer_than_the_file_are_refused() {
    for length in [5, 100, u32::MAX] {
        let bytes = [b"PAR1".as_slice(), &[0; 4], &length.to_le_bytes(), b"PAR1"].concat();
        check("roster.parquet", &bytes).is_refused_for_one_of(&["parquet-damaged", "parquet-too-large"]);
    }
}

/// A frame that holds a few bytes as they are.
fn zstd_raw(bytes: &[u8]) -> Vec<u8> {
    let head = (bytes.len() as u32) << 3 | 1;
    [&[0x28, 0xb5, 0x2f, 0xfd, 0, 0x50], &head.to_le_bytes()[..3], bytes].concat()
}

fn in_zstd(texts: &[&str]) -> Vec<Page> {
    let bytes = plain(texts);
    vec![page(texts.len() as i64, 0, bytes.len() as i64, &zstd_raw(&bytes))]
}

#[test]
fn pages_that_unpack_to_far_more_are_refused() {
    let columns = || [in_zstd(&["Contoso"]), in_zstd(&["SPE_E3"]), in_zstd(&["480"])];
    check("roster.parquet", &file(1, columns(), ZSTD)).has_rows(1);
    // Two GiB that are not there, and a hundred MiB that are.
    for (said, packed) in [
        (i64::from(i32::MAX), zstd_of(0, 1 << 20)),
        (100 << 20, zstd_of(0, 100 << 20)),
        (1 << 20, zstd_of(0, 100 << 20)),
        (60 << 20, zstd_of(0, 1 << 20)),
    ] {
        let columns =
            [in_zstd(&["Contoso", "Fabrikam"]), vec![page(2, 0, said, &packed)], in_zstd(&["480", "7"])];
        check("roster.parquet", &file(2, columns, ZSTD))
            .is_refused_for_one_of(&["parquet-too-large", "parquet-damaged"]);
    }
}

#[test]
fn one_text_of_sixty_mebibytes_is_too_long_for_a_row() {
    let length = 60_u32 << 20;
    // Its length, and its letters in a frame of their own.
    let packed = [zstd_raw(&length.to_le_bytes()), zstd_of(b'x', length as usize)].concat();
    let column = || vec![page(1, 0, i64::from(length) + 4, &packed)];
    let columns = [column(), column(), column()];
    check("roster.parquet", &file(1, columns, ZSTD))
        .is_refused_for_one_of(&["record-too-long", "parquet-too-large"]);
}

#[test]
fn a_long_text_of_a_dictionary_in_many_rows_takes_no_memory_for_each() {
    const ROWS: i64 = 60_000;
    let text = "x".repeat(400_000);
    let known = plain(&[&text]);
    // All rows have the first text: no bits, one run.
    let codes = [vec![0], varint((ROWS as u64) << 1)].concat();
    let column =
        || vec![dictionary(1, known.len() as i64, &known), page(ROWS, 8, codes.len() as i64, &codes)];
    check("roster.parquet", &file(ROWS, [column(), column(), column()], UNPACKED)).is_sound();
}

#[test]
fn dictionaries_that_say_more_than_they_have_are_refused() {
    let known = plain(&["Contoso"]);
    for (said, index) in [(i64::from(i32::MAX), 0_u8), (11, 0), (5, 9), (1, 9)] {
        // Eight bits for each row, of the same dictionary.
        let codes = [8, 4, index];
        let mut columns = small();
        columns[0] = vec![dictionary(said, known.len() as i64, &known), page(2, 8, 3, &codes)];
        check("roster.parquet", &file(2, columns, UNPACKED)).is_refused("parquet-damaged");
    }
    let mut columns = small();
    columns[0] = vec![page(2, 8, 3, &[8, 4, 0])];
    check("roster.parquet", &file(2, columns, UNPACKED)).is_refused("parquet-damaged");
}

#[test]
fn lengths_of_texts_that_are_more_than_rows_are_refused() {
    // Differences of which there are as many as numbers can say, in both lists.
    let rising = |count: u64| [vec![0x80, 1, 4], varint(count), vec![0]].concat();
    let blocks = |count: u64| [0, 0, 0, 0, 0].repeat((count as usize).div_ceil(128));
    for (encoding, values) in [
        (6, rising(1 << 40)),
        (6, rising(u64::MAX >> 1)),
        (7, rising(1 << 40)),
        (7, [rising(2), blocks(1), rising(1 << 40)].concat()),
        (7, [rising(2), blocks(1), rising(u64::MAX)].concat()),
        (5, rising(1 << 40)),
    ] {
        let mut columns = small();
        columns[0] = vec![page(2, encoding, values.len() as i64, &values)];
        check("roster.parquet", &file(2, columns, UNPACKED)).is_refused("parquet-damaged");
    }
}

#[test]
fn pages_with_more_or_fewer_values_than_rows_are_refused() {
    for (values, rows) in [(3, 2), (1, 2), (i64::from(i32::MAX), 2), (2, 1 << 40), (-1, 2)] {
        let mut columns = small();
        columns[2] = vec![page(values, 0, 8, &plain(&["7", "8"]))];
        check("roster.parquet", &file(rows, columns, UNPACKED))
            .is_refused_for_one_of(&["parquet-damaged", "too-many-rows"]);
    }
}

#[test]
fn many_tiny_pages_are_walked_once() {
    const ROWS: usize = 40_000;
    let pages = |text: &str| {
        (0..ROWS).map(|_| page(1, 0, text.len() as i64 + 4, &plain(&[text]))).collect::<Vec<_>>()
    };
    let bytes = file(ROWS as i64, [pages("Contoso"), pages("SPE_E3"), pages("1")], UNPACKED);
    check("roster.parquet", &bytes).has_rows(ROWS as u64);
}
