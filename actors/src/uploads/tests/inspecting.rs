use std::time::{Duration, Instant};

use image::ImageFormat;

use super::pictures::{
    animated_webp, encoded, lossy_webp, lossy_webp_with_alpha, png_header, see_through, two_halves,
};
use crate::domain::file::ImageFormat as StoredFormat;
use crate::refusal::Refusal;
use crate::uploads::MAX_IMAGE_BYTES;
use crate::uploads::inspect::{Picture, inspect};

#[test]
fn five_formats_are_known_by_their_content() {
    let png = StoredFormat::Png;
    for (format, stored) in [
        (ImageFormat::Png, png),
        (ImageFormat::Gif, png),
        (ImageFormat::Bmp, png),
        (ImageFormat::WebP, png),
        (ImageFormat::Jpeg, StoredFormat::Jpeg),
    ] {
        let file = encoded(&two_halves(30, 20), format);
        assert_eq!(inspect(&file), Ok(Picture { format, stored, pixels: 600 }), "{format:?}");
    }
}

#[test]
fn a_lossy_webp_is_taken_for_a_photo() {
    for file in [lossy_webp(), lossy_webp_with_alpha(), animated_webp()] {
        let expected = Picture { format: ImageFormat::WebP, stored: StoredFormat::Jpeg, pixels: 128 };
        assert_eq!(inspect(&file), Ok(expected));
    }
}

#[test]
fn everything_else_is_refused_by_its_content() {
    let files: [&[u8]; 10] = [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html><img src=x onerror=alert(1)>",
        b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miaf",
        b"\0\0\0\x20ftypheic\0\0\0\0heicmif1",
        b"II*\0\x08\0\0\0",
        b"PK\x03\x04",
        b"%PDF-1.7",
        b"\x7fELF",
    ];
    for file in files {
        assert_eq!(inspect(file), Err(Refusal::ImageUnsupported), "{file:?}");
    }
}

#[test]
fn a_picture_of_more_than_25_megapixels_is_refused_unseen() {
    assert_eq!(inspect(&png_header(5000, 5000)).map(|picture| picture.pixels), Ok(25_000_000));
    assert_eq!(inspect(&png_header(5000, 5001)), Err(Refusal::ImageTooManyPixels));
    let huge = png_header(50_000, 50_000);
    let start = Instant::now();
    for _ in 0..1000 {
        assert_eq!(inspect(&huge), Err(Refusal::ImageTooManyPixels));
    }
    assert!(start.elapsed() < Duration::from_secs(1), "less than a millisecond each");
    assert_eq!(inspect(&png_header(u32::MAX, u32::MAX)), Err(Refusal::ImageTooManyPixels));
}

#[test]
fn every_format_that_claims_too_many_pixels_is_refused() {
    let gif = b"GIF89a\xff\xff\xff\xff\0\0\0;";
    assert_eq!(inspect(gif), Err(Refusal::ImageTooManyPixels));
    let mut bmp = encoded(&two_halves(2, 2), ImageFormat::Bmp);
    bmp[18..26].copy_from_slice(&[0, 0x40, 0, 0, 0, 0x40, 0, 0]);
    assert_eq!(inspect(&bmp), Err(Refusal::ImageTooManyPixels));
    let mut jpeg = encoded(&two_halves(2, 2), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|marker| marker == b"\xff\xc0").unwrap();
    jpeg[frame + 5..frame + 9].fill(0xff);
    assert_eq!(inspect(&jpeg), Err(Refusal::ImageTooManyPixels));
    let mut webp = lossy_webp_with_alpha();
    let inner = webp.windows(3).position(|start| start == b"\x9d\x01\x2a").unwrap();
    webp[inner + 3..inner + 7].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    assert_eq!(inspect(&webp), Err(Refusal::ImageTooManyPixels), "the canvas says 16×8");
}

#[test]
fn a_picture_without_pixels_or_without_a_header_is_broken() {
    assert_eq!(inspect(&png_header(0, 10)), Err(Refusal::ImageBroken));
    assert_eq!(inspect(&png_header(10, 10)[..20]), Err(Refusal::ImageBroken));
    assert_eq!(inspect(b"GIF89a"), Err(Refusal::ImageBroken));
    assert_eq!(inspect(b"\xff\xd8\xff\xe0"), Err(Refusal::ImageBroken));
    assert_eq!(inspect(b"RIFF\0\0\0\0WEBPVP8 "), Err(Refusal::ImageBroken));
    assert_eq!(inspect(b"BM"), Err(Refusal::ImageBroken));
}

#[test]
fn a_file_of_more_than_10_mb_is_refused() {
    let mut file = encoded(&see_through(4, 4), ImageFormat::Png);
    file.resize(MAX_IMAGE_BYTES, 0);
    assert!(inspect(&file).is_ok());
    file.push(0);
    assert_eq!(inspect(&file), Err(Refusal::ImageTooLarge));
}
