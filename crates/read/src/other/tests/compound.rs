use super::{read_or_refused, refused};
use proptest::prelude::*;

const SECTOR: usize = 512;
const END: u32 = 0xffff_fffe;
const FREE: u32 = u32::MAX;

/// Returns a compound file of these streams; those shorter than 4 KiB stand in the mini stream.
pub(super) fn compound(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    // The table stands first, then the directory; each stream in its own chain behind them.
    let mut table: Vec<u32> = vec![0xffff_fffd];
    let mut sectors: Vec<u8> = vec![0; SECTOR];
    let place = |bytes: &[u8], table: &mut Vec<u32>, sectors: &mut Vec<u8>| {
        let start = table.len() as u32;
        let count = bytes.len().div_ceil(SECTOR).max(1);
        table.extend((1..count as u32).map(|step| start + step).chain([END]));
        sectors.extend(bytes);
        sectors.resize(table.len() * SECTOR, 0);
        start
    };
    let (mut mini, mut mini_table): (Vec<u8>, Vec<u32>) = (Vec::new(), Vec::new());
    let mut entries = Vec::new();
    for (name, bytes) in streams {
        let start = if bytes.len() < 4096 {
            let start = mini_table.len() as u32;
            let count = bytes.len().div_ceil(64).max(1);
            mini_table.extend((1..count as u32).map(|step| start + step).chain([END]));
            mini.extend(bytes);
            mini.resize(mini_table.len() * 64, 0);
            start
        } else {
            place(bytes, &mut table, &mut sectors)
        };
        entries.push((entry(name, 2, start, bytes.len()), *name));
    }
    let mini_start = place(&mini, &mut table, &mut sectors);
    mini_table.resize(mini_table.len().next_multiple_of(128), FREE);
    let mini_table: Vec<u8> = mini_table.iter().flat_map(|next| next.to_le_bytes()).collect();
    let mini_table_start = place(&mini_table, &mut table, &mut sectors);
    let directory = directory(entry("Root Entry", 5, mini_start, mini.len()), entries);
    let directory = place(&directory, &mut table, &mut sectors);
    assert!(table.len() <= 128, "one sector of the table is enough for a test");
    table.resize(128, FREE);
    let table: Vec<u8> = table.iter().flat_map(|next| next.to_le_bytes()).collect();
    sectors[..SECTOR].copy_from_slice(&table);
    [header(directory, mini_table_start, &[0]), sectors].concat()
}

/// Returns the entries of all streams, the root's first. A name such as `Object/Workbook` stands in a folder.
fn directory(root: Vec<u8>, streams: Vec<(Vec<u8>, &str)>) -> Vec<u8> {
    let mut entries = vec![root];
    let mut inside: Vec<(Vec<u8>, &str)> = Vec::new();
    let mut outside: Vec<(Vec<u8>, &str)> = Vec::new();
    for (stream, name) in streams {
        match name.split_once('/') {
            Some((folder, inner)) => {
                if !outside.iter().any(|(_, known)| *known == folder) {
                    outside.push((entry(folder, 1, 0, 0), folder));
                }
                let mut stream = stream;
                stream[..66].copy_from_slice(&entry(inner, 2, 0, 0)[..66]);
                inside.push((stream, inner));
            }
            None => outside.push((stream, name)),
        }
    }
    // Names stand in the order of their length, then of their letters; each points to the next.
    let order = |names: &mut Vec<(Vec<u8>, &str)>| {
        names.sort_by_key(|(_, name)| (name.encode_utf16().count(), name.to_uppercase()));
    };
    order(&mut outside);
    order(&mut inside);
    let folders: Vec<bool> = outside.iter().map(|(entry, _)| entry[66] == 1).collect();
    let first_inside = 1 + outside.len() as u32;
    for names in [&mut outside, &mut inside] {
        let (first, count) = (entries.len() as u32, names.len() as u32);
        for (index, (mut entry, _)) in (0..).zip(std::mem::take(names)) {
            if index + 1 < count {
                entry[72..76].copy_from_slice(&(first + index + 1).to_le_bytes());
            }
            entries.push(entry);
        }
    }
    if entries.len() > 1 {
        entries[0][76..80].copy_from_slice(&1_u32.to_le_bytes());
    }
    if let Some(folder) = folders.iter().position(|is_folder| *is_folder) {
        entries[1 + folder][76..80].copy_from_slice(&first_inside.to_le_bytes());
    }
    // What is left of the last sector holds no entries.
    let mut unused = vec![0; 128];
    unused[68..80].fill(0xff);
    while entries.len() % 4 > 0 {
        entries.push(unused.clone());
    }
    entries.concat()
}

fn header(directory: u32, mini_table: u32, tables: &[u32]) -> Vec<u8> {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.extend([0; 16]);
    bytes.extend([0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
    for number in [0, 1, directory, 0, 4096, mini_table, 1, END, 0] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(tables.iter().flat_map(|number| number.to_le_bytes()));
    bytes.resize(SECTOR, 0xff);
    bytes
}

fn entry(name: &str, kind: u8, start: u32, length: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let letters = bytes.len() as u16 + 2;
    bytes.resize(64, 0);
    bytes.extend(letters.to_le_bytes());
    bytes.extend([kind, 1]);
    bytes.extend([0xff; 12]);
    bytes.extend([0; 36]);
    bytes.extend(start.to_le_bytes());
    bytes.extend((length as u64).to_le_bytes());
    bytes
}

fn of(name: &str) -> Vec<u8> {
    compound(&[(name, vec![0; 5_000])])
}

#[test]
fn what_a_compound_file_is_is_told_by_its_streams() {
    assert_eq!(refused(&of("EncryptedPackage")), "workbook-protected");
    assert_eq!(refused(&of("WordDocument")), "roster-format");
    assert_eq!(refused(&of("PowerPoint Document")), "roster-format");
    assert_eq!(refused(&of("\u{4840}\u{3b3f}")), "roster-format");
    // A document may hold a workbook; it stays a document.
    let both = compound(&[("Workbook", vec![0; 100]), ("WordDocument", vec![0; 100])]);
    assert_eq!(refused(&both), "roster-format");
    assert_eq!(refused(&of("Workbook")), "workbook-damaged");
}

#[test]
fn objects_embedded_in_a_workbook_are_not_the_workbook() {
    let roster = super::xls::stream(&super::xls::rows());
    let plain = super::cells(&compound(&[("Workbook", roster.clone())]));
    for inner in ["Book", "Workbook", "WordDocument", "EncryptedPackage"] {
        let name = format!("MBD0001/{inner}");
        let whole = compound(&[(name.as_str(), vec![7; 5_000]), ("Workbook", roster.clone())]);
        assert_eq!(super::cells(&whole), plain, "{inner}");
    }
    assert_eq!(refused(&compound(&[("MBD0001/Workbook", roster)])), "roster-format");
}

/// Sets the sector behind another in the table, which stands first.
fn link(bytes: &mut [u8], from: usize, to: u32) {
    let at = SECTOR + from * 4;
    bytes[at..at + 4].copy_from_slice(&to.to_le_bytes());
}

#[test]
fn chains_that_point_to_themselves_are_found_out() {
    let plain = of("Workbook");
    let sectors = plain.len() / SECTOR - 1;
    // Every sector but the table's own points to itself: the chains of the directory and of all streams.
    let mut looped = plain.clone();
    (1..sectors).for_each(|sector| link(&mut looped, sector, sector as u32));
    assert_eq!(refused(&looped), "workbook-damaged");
    // The stream alone.
    let mut looped = plain.clone();
    link(&mut looped, 1, 1);
    assert_eq!(refused(&looped), "workbook-damaged");
    // The list of the table's sectors goes round.
    let mut looped = plain.clone();
    looped[68..72].copy_from_slice(&0_u32.to_le_bytes());
    (SECTOR..2 * SECTOR).for_each(|at| looped[at] = 0);
    assert_eq!(refused(&looped), "workbook-damaged");
    // The same sector of the table over and over.
    let mut again = plain.clone();
    again[76..SECTOR].fill(0);
    assert_eq!(refused(&again), "workbook-damaged");
    // The mini stream.
    let mut small = compound(&[("Workbook", vec![0; 1_000])]);
    let table = u32::from_le_bytes(small[60..64].try_into().unwrap()) as usize;
    let at = SECTOR + table * SECTOR;
    small[at..at + 4].copy_from_slice(&0_u32.to_le_bytes());
    assert_eq!(refused(&small), "workbook-damaged");
}

#[test]
fn sizes_and_sectors_that_are_not_there_are_found_out() {
    let plain = of("Workbook");
    for end in (8..plain.len()).step_by(97) {
        read_or_refused(&plain[..end]);
    }
    let mut beyond = plain.clone();
    link(&mut beyond, 1, 0x7fff_fff0);
    assert_eq!(refused(&beyond), "workbook-damaged");
    // A stream of 4 GiB in a file of some KiB.
    let at = plain.windows(4).rposition(|window| window == 5_000_u32.to_le_bytes()).unwrap();
    let mut huge = plain.clone();
    huge[at..at + 4].fill(0xff);
    assert_eq!(refused(&huge), "workbook-damaged");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_change_to_a_compound_file_is_read_or_refused(at in any::<prop::sample::Index>(), put in prop::collection::vec(any::<u8>(), 1..5)) {
        let mut bytes = compound(&[("Workbook", super::xls::stream(&super::xls::rows())), ("Large", vec![7; 5_000])]);
        // The head of the file and its table matter more than all the rest.
        let at = 8 + at.index(1_200);
        let end = (at + put.len()).min(bytes.len());
        bytes.splice(at..end, put);
        read_or_refused(&bytes);
    }
}
