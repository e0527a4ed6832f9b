//! Pieces of a deflate stream, made side by side and joined in order.
//!
//! The usual pieces are made by an encoder of our own, which knows that rows are alike and is twice as fast as the
//! library at the same size; smaller ones are made by zlib-rs. The finished workbook is inflated by zlib-rs and
//! compared before it takes its place, whoever made it.
//!
//! Each piece is compressed on its own and ends in a full flush, that is on a byte border and without a look back, so
//! that pieces behind each other are one stream (RFC 1951; the way of pigz). Their checksums combine likewise.

mod block;
mod encoder;
mod huffman;
mod rows;

use crate::error::{Error, Result};
use encoder::Encoder;
use flate2::{Compress, Crc, Decompress, FlushCompress, FlushDecompress, Status};
use rows::RowEncoder;
use std::sync::Mutex;

pub(crate) use rows::{Mark, Marks, RowMark};

/// How much time is spent to make the workbook small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Compression {
    /// The least time, and a file about a sixth larger than Excel makes it.
    #[default]
    Fast,
    /// A little smaller, at twice the time.
    Balanced,
    /// As small as Excel makes it, at three times the time.
    Small,
}

impl Compression {
    /// Returns the level of zlib that comes nearest, 0 to 9.
    #[must_use]
    pub const fn level(self) -> u8 {
        match self {
            Self::Fast => 2,
            Self::Balanced => 3,
            Self::Small => 6,
        }
    }
}

/// The last, empty block of a deflate stream.
pub const END: [u8; 2] = [0x03, 0x00];

/// Longer rows are compressed without their marks, whose positions have 32 bits.
const LIMIT_MARKED_BYTES: usize = 1 << 30;

/// A stored block holds at most so many bytes.
const STORED_BYTES: usize = u16::MAX as usize;

/// Bytes of a stream before and after they were compressed.
#[derive(Debug, Default)]
pub struct Piece {
    /// The compressed bytes; whole blocks that end on a byte border.
    pub bytes: Vec<u8>,
    /// Checksum of the bytes before.
    pub crc: Crc,
    /// How many there were.
    pub size: u64,
}

/// One that makes pieces.
#[derive(Debug)]
enum Maker {
    Ours(Box<Encoder>, Box<RowEncoder>),
    Library(Compress),
}

/// Makes pieces, on as many threads as ask for them.
#[derive(Debug)]
pub struct Deflater {
    compression: Compression,
    /// Makers that are free; each costs a hundred kilobytes and more, and is used again.
    free: Mutex<Vec<Maker>>,
}

impl Deflater {
    /// Returns a maker of pieces.
    #[must_use]
    pub fn new(compression: Compression) -> Self {
        Self { compression, free: Mutex::default() }
    }

    /// Compresses a piece; equal bytes give equal pieces.
    ///
    /// # Errors
    /// Internal, if the compressor made no progress.
    pub fn piece(&self, bytes: &[u8]) -> Result<Piece> {
        self.marked(bytes, None)
    }

    /// Compresses rendered rows, as [`Deflater::piece`] does; `marks` say where their parts stand.
    ///
    /// # Errors
    /// Internal, if the compressor made no progress.
    pub(crate) fn rows(&self, bytes: &[u8], marks: &Marks) -> Result<Piece> {
        self.marked(bytes, Some(marks).filter(|_| bytes.len() < LIMIT_MARKED_BYTES))
    }

    fn marked(&self, bytes: &[u8], marks: Option<&Marks>) -> Result<Piece> {
        let taken = self.free.lock().ok().and_then(|mut free| free.pop());
        let mut maker = taken.unwrap_or_else(|| self.maker());
        let out = match &mut maker {
            Maker::Ours(encoder, row_encoder) => {
                let mut out = Vec::with_capacity(usual_size(bytes));
                match marks {
                    Some(marks) => row_encoder.encode(bytes, marks, &mut out),
                    None => encoder.encode(bytes, &mut out),
                }
                out
            }
            Maker::Library(compress) => {
                let out = compressed(compress, bytes)?;
                compress.reset();
                out
            }
        };
        if let Ok(mut free) = self.free.lock() {
            free.push(maker);
        }
        let mut crc = Crc::new();
        crc.update(bytes);
        Ok(Piece { bytes: out, crc, size: bytes.len() as u64 })
    }

    fn maker(&self) -> Maker {
        if self.compression == Compression::Fast {
            return Maker::Ours(Box::default(), Box::default());
        }
        let level = flate2::Compression::new(u32::from(self.compression.level()));
        Maker::Library(Compress::new(level, false))
    }
}

/// Returns room that is enough for most pieces: sheets shrink to about a fifth.
fn usual_size(bytes: &[u8]) -> usize {
    const RATIO: usize = 5;
    const LEAST_BYTES: usize = 1 << 12;
    bytes.len() / RATIO + LEAST_BYTES
}

fn compressed(compress: &mut Compress, bytes: &[u8]) -> Result<Vec<u8>> {
    const ROOM_BYTES: usize = 1 << 16;
    let still = || Error::internal("the compressor made no progress");
    let mut out = Vec::with_capacity(usual_size(bytes));
    loop {
        let taken = usize::try_from(compress.total_in()).unwrap_or(usize::MAX);
        let rest = bytes.get(taken..).ok_or_else(still)?;
        let before = out.len();
        let status = compress.compress_vec(rest, &mut out, FlushCompress::Full).map_err(|_| still())?;
        let is_done = out.len() < out.capacity() && compress.total_in() == bytes.len() as u64;
        if is_done {
            break;
        }
        if status != Status::Ok && out.len() == before && out.len() < out.capacity() {
            return Err(still());
        }
        out.reserve(ROOM_BYTES);
    }
    Ok(out)
}

/// Returns a piece that is not compressed, so that its bytes can be changed later.
#[must_use]
pub fn stored(bytes: &[u8]) -> Piece {
    let mut out = Vec::with_capacity(bytes.len() + 16);
    for block in bytes.chunks(STORED_BYTES) {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(0);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    let mut crc = Crc::new();
    crc.update(bytes);
    Piece { bytes: out, crc, size: bytes.len() as u64 }
}

/// Inflates a piece of at most `size` bytes into `out`, in place of what it held; returns the checksum, and whether the
/// stream ends with it.
///
/// # Errors
/// In words, if it is no piece of a deflate stream, or inflates to more.
pub fn inflate(piece: &[u8], size: usize, out: &mut Vec<u8>) -> std::result::Result<(Crc, bool), String> {
    let mut inflate = Decompress::new(false);
    out.clear();
    // One byte more, to see that there is none; enough room at once, since the inflater then works in it directly.
    out.reserve(size + 1);
    let is_end = loop {
        let (taken, given) = (inflate.total_in(), out.len());
        let rest = usize::try_from(taken).ok().and_then(|taken| piece.get(taken..)).unwrap_or_default();
        let status =
            inflate.decompress_vec(rest, out, FlushDecompress::None).map_err(|error| error.to_string())?;
        if out.len() > size {
            return Err("it is longer than it was".to_owned());
        }
        let is_still = inflate.total_in() == taken && out.len() == given;
        if status == Status::StreamEnd || is_still {
            break status == Status::StreamEnd;
        }
    };
    if inflate.total_in() != piece.len() as u64 {
        return Err("its end is missing".to_owned());
    }
    let mut crc = Crc::new();
    crc.update(out);
    Ok((crc, is_end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn joined(pieces: &[Piece]) -> Vec<u8> {
        let mut stream: Vec<u8> = pieces.iter().flat_map(|piece| piece.bytes.iter().copied()).collect();
        stream.extend(END);
        let mut seen = Vec::new();
        let size = pieces.iter().map(|piece| usize::try_from(piece.size).unwrap()).sum();
        let (crc, is_end) = inflate(&stream, size, &mut seen).unwrap();
        assert!(is_end);
        assert!(size == 0 || inflate(&stream, size - 1, &mut Vec::new()).is_err());
        let mut sum = Crc::new();
        for piece in pieces {
            sum.combine(&piece.crc);
        }
        assert_eq!((crc.sum(), crc.amount()), (sum.sum(), sum.amount()));
        seen
    }

    #[test]
    fn pieces_join_to_one_stream() {
        let deflater = Deflater::new(Compression::Balanced);
        let texts = [vec![b'a'; 300_000], Vec::new(), (0..=255).collect(), vec![b'<'; 70_000]];
        let mut pieces = vec![stored(&vec![b'x'; 200_000])];
        pieces.extend(texts.iter().map(|text| deflater.piece(text).unwrap()));
        let wanted: Vec<u8> = vec![b'x'; 200_000].into_iter().chain(texts.into_iter().flatten()).collect();
        assert!(joined(&pieces) == wanted);
    }

    #[test]
    fn equal_bytes_give_equal_pieces_whatever_came_before() {
        let deflater = Deflater::new(Compression::Small);
        let first = deflater.piece(b"Contoso, Fabrikam, Contoso").unwrap().bytes;
        deflater.piece(&vec![b'z'; 100_000]).unwrap();
        assert_eq!(deflater.piece(b"Contoso, Fabrikam, Contoso").unwrap().bytes, first);
    }

    #[test]
    fn a_piece_cut_short_or_changed_is_noticed() {
        let mut piece = Deflater::new(Compression::Fast).piece(&[7; 1000]).unwrap().bytes;
        let sum_of = |piece: &[u8]| inflate(piece, 1000, &mut Vec::new()).map(|(crc, _)| crc.sum());
        let sum = sum_of(&piece).unwrap();
        assert!(sum_of(&piece[..piece.len() / 2]) != Ok(sum));
        piece[0] = 0xff;
        assert!(sum_of(&piece) != Ok(sum));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn any_bytes_come_back(texts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..100_000), 0..4)) {
            let deflater = Deflater::new(Compression::Fast);
            let pieces: Vec<Piece> = texts.iter().map(|text| deflater.piece(text).unwrap()).collect();
            prop_assert!(joined(&pieces) == texts.concat());
        }
    }
}
