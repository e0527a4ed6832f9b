//! Packs the files of the upload page and the description of its API, so that the program carries a third of their bytes
//! and sends them as they are.

use flate2::{Compression, GzBuilder};
use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const PAGE: &str = "page";
const DESCRIPTION: &str = "../../docs/openapi.json";

/// Writes the packed files to the build's folder, and beside them `packed.rs`: a list of the page's files, each with its
/// path below [`PAGE`] and its bytes, and the description of the API.
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let page = root.join(PAGE);
    let mut files = Vec::new();
    within(&page, &mut files)?;
    files.sort();
    let mut list = String::from("/// The files of the page: the path of each, and its bytes, packed.\n");
    list.push_str("const PAGE: &[(&str, &[u8])] = &[\n");
    for (number, file) in files.iter().enumerate() {
        let path = file.strip_prefix(&page)?.to_str().ok_or("a file of the page has no plain name")?;
        let name = format!("page-{number}.gz");
        pack(file, &out.join(&name))?;
        let path = path.replace('\\', "/");
        writeln!(list, "    ({path:?}, include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\"))),")?;
    }
    list.push_str("];\n\n/// The description of the API, packed.\nconst DESCRIPTION: &[u8] =\n");
    list.push_str("    include_bytes!(concat!(env!(\"OUT_DIR\"), \"/openapi.gz\"));\n");
    pack(&root.join(DESCRIPTION), &out.join("openapi.gz"))?;
    fs::write(out.join("packed.rs"), list)?;
    Ok(())
}

/// Adds the files of a folder and of those in it; each folder is watched for files that come and go.
fn within(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { within(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

/// Packs a file without its name and time, so that equal files give equal programs.
fn pack(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", from.display());
    let mut packer = GzBuilder::new().write(fs::File::create(to)?, Compression::best());
    packer.write_all(&fs::read(from)?)?;
    packer.finish()?;
    Ok(())
}
