//! How pages are packed, and unpacking them into no more bytes than they are said to have.

use super::{damaged, not_read, room};
use crate::error::Result;
use ruzstd::decoding::StreamingDecoder;
use std::io::Read;

/// How the pages of a column are packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Codec {
    #[default]
    None,
    Snappy,
    Gzip,
    Zstd,
    /// One that is not built in, by its name.
    Other(&'static str),
}

impl Codec {
    /// Returns the one of a number (`CompressionCodec` of the Parquet format).
    pub(super) const fn of(number: i64) -> Self {
        match number {
            0 => Self::None,
            1 => Self::Snappy,
            2 => Self::Gzip,
            3 => Self::Other("LZO"),
            4 => Self::Other("Brotli"),
            5 => Self::Other("LZ4"),
            6 => Self::Zstd,
            7 => Self::Other("LZ4_RAW"),
            _ => Self::Other("a codec without a known name"),
        }
    }

    /// Unpacks bytes, which have to become exactly so many.
    ///
    /// # Errors
    /// `parquet-not-read` for a codec that is not built in; `parquet-damaged`.
    pub(super) fn unpacked(self, packed: &[u8], bytes: usize) -> Result<Vec<u8>> {
        // A page of blank values may have none at all.
        if packed.is_empty() && bytes == 0 && !matches!(self, Self::Other(_)) {
            return Ok(Vec::new());
        }
        let mut unpacked = match self {
            Self::Other(name) => return Err(unknown(name)),
            _ => room(bytes)?,
        };
        let done = match self {
            Self::None | Self::Other(_) => limited(&mut &*packed, bytes, &mut unpacked),
            Self::Snappy => snappy(packed, bytes, &mut unpacked),
            Self::Gzip => limited(&mut flate2::read::MultiGzDecoder::new(packed), bytes, &mut unpacked),
            Self::Zstd => zstd(packed, bytes, &mut unpacked),
        };
        let is_right = done.is_some() && unpacked.len() == bytes;
        if is_right { Ok(unpacked) } else { Err(damaged("a page of it cannot be unpacked")) }
    }
}

fn unknown(name: &str) -> crate::error::Error {
    not_read(
        format!("the Parquet file is compressed with {name}, which is not read"),
        "write it again with compression `zstd`, `snappy`, `gzip` or none, as every program can that writes Parquet",
    )
}

fn snappy(packed: &[u8], bytes: usize, unpacked: &mut Vec<u8>) -> Option<()> {
    /// Three bytes stand for no more than so many.
    const MOST: usize = 64;
    let is_said = snap::raw::decompress_len(packed).ok()? == bytes;
    if !is_said || bytes > packed.len().saturating_mul(MOST) {
        return None;
    }
    unpacked.resize(bytes, 0);
    snap::raw::Decoder::new().decompress(packed, unpacked).ok().map(|_| ())
}

fn zstd(mut packed: &[u8], bytes: usize, unpacked: &mut Vec<u8>) -> Option<()> {
    // One page may be several frames.
    while !packed.is_empty() {
        let mut frame = StreamingDecoder::new(&mut packed).ok()?;
        limited(&mut frame, bytes, unpacked)?;
    }
    Some(())
}

/// Reads to the end, as long as there are no more than so many bytes in all.
fn limited(from: &mut dyn Read, bytes: usize, unpacked: &mut Vec<u8>) -> Option<()> {
    (&mut *from).take(bytes.checked_sub(unpacked.len())? as u64).read_to_end(unpacked).ok()?;
    // Whether there is more is asked for in no room of its own.
    (from.read(&mut [0]).ok()? == 0).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn packed(codec: Codec, bytes: &[u8]) -> Vec<u8> {
        match codec {
            Codec::Snappy => snap::raw::Encoder::new().compress_vec(bytes).unwrap(),
            Codec::Gzip => {
                let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                gzip.write_all(bytes).unwrap();
                gzip.finish().unwrap()
            }
            Codec::Zstd => {
                ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
            }
            Codec::None | Codec::Other(_) => bytes.to_vec(),
        }
    }

    const ALL: [Codec; 4] = [Codec::None, Codec::Snappy, Codec::Gzip, Codec::Zstd];

    #[test]
    fn what_was_packed_comes_back_and_never_more_or_less_than_was_said() {
        for bytes in [b"".to_vec(), b"Contoso".to_vec(), vec![7; 200_000]] {
            for codec in ALL {
                let packed = packed(codec, &bytes);
                assert_eq!(codec.unpacked(&packed, bytes.len()).unwrap(), bytes, "{codec:?}");
                for wrong in [bytes.len() + 1, bytes.len().saturating_sub(1), 1 << 60] {
                    let is_right = wrong == bytes.len();
                    assert_eq!(codec.unpacked(&packed, wrong).is_ok(), is_right, "{codec:?} {wrong}");
                }
            }
        }
    }

    #[test]
    fn a_page_of_several_frames_is_read_whole() {
        for codec in [Codec::Gzip, Codec::Zstd] {
            let twice = [packed(codec, b"Contoso"), packed(codec, b", Fabrikam")].concat();
            assert_eq!(codec.unpacked(&twice, 17).unwrap(), b"Contoso, Fabrikam", "{codec:?}");
        }
    }

    #[test]
    fn a_codec_that_is_not_built_in_is_named_with_what_to_do() {
        let error = Codec::of(7).unpacked(b"", 0).unwrap_err();
        assert_eq!(error.diagnostics[0].code.as_str(), "parquet-not-read");
        assert!(error.to_string().contains("LZ4_RAW"), "{error}");
    }

    #[test]
    fn bytes_that_are_not_packed_so_are_refused() {
        for codec in [Codec::Snappy, Codec::Gzip, Codec::Zstd] {
            for bytes in [&b"\xff\xff\xff\xff\x0f"[..], b"\x28\xb5\x2f\xfd\xff", b"\x1f\x8b\x08", b"Contoso"]
            {
                assert!(codec.unpacked(bytes, 100).is_err(), "{codec:?} {bytes:?}");
            }
        }
    }
}
