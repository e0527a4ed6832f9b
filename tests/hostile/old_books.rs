//! Compound files, as old workbooks and protected ones are, whose chains go round for ever.

use crate::program::check;

const SECTOR: usize = 512;
const FREE: u32 = 0xffff_ffff;
const END: u32 = 0xffff_fffe;

/// A compound file to be spoiled: sector 0 has the table of chains, sector 1 the directory, the rest the streams.
struct Compound {
    header: [u8; SECTOR],
    sectors: Vec<[u8; SECTOR]>,
}

impl Compound {
    /// Returns one with streams of these names, each a sector long.
    fn with(names: &[&str]) -> Self {
        let mut header = [0; SECTOR];
        header[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
        for (at, value) in [(24, 0x3e_u16), (26, 3), (28, 0xfffe), (30, 9), (32, 6)] {
            header[at..at + 2].copy_from_slice(&value.to_le_bytes());
        }
        let mut file = Self { header, sectors: vec![[0; SECTOR]; 2 + names.len()] };
        file.sectors[0].fill(0xff);
        for (at, value) in [(44, 1), (48, 1), (56, 4096), (60, END), (64, 0), (68, END), (72, 0), (76, 0)] {
            file.set_header(at, value);
        }
        (80..SECTOR).step_by(4).for_each(|at| file.set_header(at, FREE));
        file.chain(0, 0xffff_fffd);
        file.chain(1, END);
        file.entry(0, "Root Entry", 5, END, 0, 1);
        for (index, name) in (0_u32..).zip(names) {
            let next = if index as usize + 1 < names.len() { index + 2 } else { FREE };
            file.chain(2 + index as usize, END);
            file.entry(index as usize + 1, name, 2, 2 + index, SECTOR as u32, FREE);
            file.set(1, (index as usize + 1) * 128 + 72, next);
        }
        file
    }

    fn set_header(&mut self, at: usize, value: u32) {
        self.header[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    fn set(&mut self, sector: usize, at: usize, value: u32) {
        self.sectors[sector][at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    fn chain(&mut self, sector: usize, next: u32) {
        self.set(0, sector * 4, next);
    }

    fn entry(&mut self, index: usize, name: &str, kind: u8, start: u32, size: u32, child: u32) {
        let at = index * 128;
        let letters: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let entry = &mut self.sectors[1][at..at + 128];
        entry[..letters.len()].copy_from_slice(&letters);
        entry[64] = letters.len() as u8 + 2;
        (entry[66], entry[67]) = (kind, 1);
        for (field, value) in [(68, FREE), (72, FREE), (76, child), (116, start), (120, size)] {
            entry[field..field + 4].copy_from_slice(&value.to_le_bytes());
        }
    }

    fn bytes(&self) -> Vec<u8> {
        [self.header.as_slice(), self.sectors.as_flattened()].concat()
    }
}

/// Whatever such a file is, it is refused; what it is called may be told better than today.
fn assert_refused(bytes: &[u8]) {
    for name in ["roster.xls", "roster.xlsx"] {
        check(name, bytes).is_refused_for_one_of(&[
            "workbook-protected",
            "workbook-damaged",
            "workbook-format",
            "workbook-too-large",
            "roster-format",
            "roster-empty",
        ]);
    }
}

#[test]
fn a_workbook_behind_a_password_is_told_as_that() {
    let file = Compound::with(&["EncryptionInfo", "EncryptedPackage"]);
    check("roster.xlsx", &file.bytes()).is_refused("workbook-protected");
}

#[test]
fn a_chain_that_points_to_itself_ends() {
    for (sector, next) in [(2, 2), (1, 1), (0, 0), (2, 1), (1, 2), (2, 0x7fff_fff0), (2, 0xffff_fffc)] {
        let mut file = Compound::with(&["Workbook"]);
        file.chain(sector, next);
        file.set(1, 128 + 120, 0x7fff_ffff);
        assert_refused(&file.bytes());
    }
}

#[test]
fn a_table_of_tables_that_points_to_itself_ends() {
    let mut file = Compound::with(&["Workbook"]);
    file.set_header(68, 2);
    file.set_header(72, 0xffff_ffff);
    file.sectors[2].fill(0);
    file.set(2, SECTOR - 4, 2);
    assert_refused(&file.bytes());
}

#[test]
fn a_table_that_is_listed_again_and_again_is_no_memory() {
    let mut file = Compound::with(&["Workbook"]);
    // 16,000 sectors of lists, each with the same sector of the table 127 times: 1 GiB, if it were believed.
    let first = file.sectors.len() as u32;
    let lists = first..first + 16_000;
    file.set_header(68, first);
    file.set_header(72, lists.end - first);
    for list in lists.clone() {
        let mut sector = [0; SECTOR];
        let next = if list + 1 < lists.end { list + 1 } else { END };
        sector[SECTOR - 4..].copy_from_slice(&next.to_le_bytes());
        file.sectors.push(sector);
    }
    check("roster.xls", &file.bytes()).is_refused("workbook-damaged");
}

#[test]
fn a_directory_whose_entries_point_to_each_other_ends() {
    for field in [68, 72, 76] {
        let mut file = Compound::with(&["Workbook", "Book"]);
        file.set(1, 128 + field, 1);
        assert_refused(&file.bytes());
        file.set(1, 128 + field, 2);
        file.set(1, 256 + field, 1);
        assert_refused(&file.bytes());
    }
}

#[test]
fn small_streams_that_stand_in_themselves_end() {
    let mut file = Compound::with(&["Workbook"]);
    file.set_header(60, 2);
    file.set_header(64, 0xffff_ffff);
    file.set(1, 116, 2);
    file.set(1, 120, 0x7fff_ffff);
    file.sectors[2].fill(0);
    assert_refused(&file.bytes());
}

#[test]
fn sizes_of_sectors_that_nobody_can_have_are_no_memory() {
    for shift in [0_u16, 1, 8, 12, 31, 63, 64, 0xffff] {
        for at in [30, 32] {
            let mut file = Compound::with(&["Workbook"]);
            file.header[at..at + 2].copy_from_slice(&shift.to_le_bytes());
            assert_refused(&file.bytes());
        }
    }
}

#[test]
fn counts_that_nobody_can_have_are_no_memory() {
    for at in [40, 44, 48, 56, 60, 64, 68, 72, 76] {
        let mut file = Compound::with(&["Workbook"]);
        file.set_header(at, 0xffff_fff0);
        assert_refused(&file.bytes());
    }
}

#[test]
fn a_compound_file_cut_short_anywhere_is_refused() {
    let bytes = Compound::with(&["Workbook"]).bytes();
    for end in [8, 24, 76, 511, 512, 513, 1_024, 1_100, 1_536, 1_700] {
        assert_refused(&bytes[..end]);
    }
}

#[test]
fn records_of_an_old_workbook_that_lie_are_refused() {
    let opening: [u8; 20] = [9, 8, 16, 0, 0, 6, 5, 0, 0xbb, 0x0d, 0xcc, 7, 0, 0, 0, 0, 6, 0, 0, 0];
    // A record that is longer than the stream; endless strings; a sheet that begins in itself; a sheet far outside.
    let records: [&[u8]; 5] = [
        &[0xfc, 0, 0xff, 0xff],
        &[0xfc, 0, 8, 0, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0x7f],
        &[0x85, 0, 12, 0, 0, 0, 0, 0, 0, 0, 4, 0, b'S', b'1', b'2', b'3'],
        &[0x85, 0, 12, 0, 0xff, 0xff, 0xff, 0x7f, 0, 0, 4, 0, b'S', b'1', b'2', b'3'],
        &[0x3c, 0, 0xff, 0xff, 0x3c, 0, 0xff, 0xff],
    ];
    for record in records {
        let mut file = Compound::with(&["Workbook"]);
        file.sectors[2][..20].copy_from_slice(&opening);
        file.sectors[2][20..20 + record.len()].copy_from_slice(record);
        assert_refused(&file.bytes());
    }
}
