//! Pictures made on the spot, and some that our encoder cannot make.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

pub(super) const RED: [u8; 3] = [220, 20, 20];
pub(super) const BLUE: [u8; 3] = [20, 20, 220];

/// Left half red, right half blue.
pub(super) fn two_halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| Rgb(if x < width / 2 { RED } else { BLUE })).into()
}

/// A drawing on nothing.
pub(super) fn see_through(width: u32, height: u32) -> DynamicImage {
    RgbaImage::from_fn(width, height, |x, _| Rgba([200, 0, 0, if x == 0 { 0 } else { 255 }])).into()
}

/// Pixels that no compression shortens.
pub(super) fn noise(width: u32, height: u32, alpha: bool) -> DynamicImage {
    let mut state = 1_u64;
    let pixels = RgbaImage::from_fn(width, height, |_, _| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [a, b, c, d, ..] = state.to_be_bytes();
        Rgba([a, b, c, if alpha { d } else { 255 }])
    });
    let image = DynamicImage::from(pixels);
    if alpha { image } else { image.into_rgb8().into() }
}

pub(super) fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, format).unwrap();
    file.into_inner()
}

pub(super) fn png_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
    chunk.extend_from_slice(&kind);
    chunk.extend_from_slice(data);
    chunk.extend_from_slice(&crc32(&chunk[4..]).to_be_bytes());
    chunk
}

/// The start of a PNG that claims a size: eight bits, RGB.
pub(super) fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut data = [width.to_be_bytes(), height.to_be_bytes()].concat();
    data.extend_from_slice(&[8, 2, 0, 0, 0]);
    [b"\x89PNG\r\n\x1a\n".to_vec(), png_chunk(*b"IHDR", &data)].concat()
}

/// A JPEG whose camera was held upright (orientation 6: to be turned clockwise) and knew where it was.
pub(super) fn jpeg_of_a_phone(image: &DynamicImage) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    tiff.extend_from_slice(&1_u16.to_le_bytes());
    for word in [0x0112_u16, 3, 1, 0, 6, 0] {
        tiff.extend_from_slice(&word.to_le_bytes());
    }
    tiff.extend_from_slice(&[0; 4]);
    tiff.extend_from_slice(b"GPSLatitude 37.5665");
    let mut segment = b"Exif\0\0".to_vec();
    segment.extend_from_slice(&tiff);
    let length = u16::try_from(segment.len() + 2).unwrap();
    let jpeg = encoded(image, ImageFormat::Jpeg);
    [&jpeg[..2], b"\xff\xe1", &length.to_be_bytes(), &segment, &jpeg[2..]].concat()
}

/// 16×8, red, lossy.
pub(super) fn lossy_webp() -> Vec<u8> {
    hex(concat!(
        "524946463600000057454250565038202a0000009001009d012a1000080002c04c25a00274ba00039800feed903f885dec6d",
        "bffcf4cfeb6fe3ff19000000",
    ))
}

/// 16×8, half transparent green, lossy.
pub(super) fn lossy_webp_with_alpha() -> Vec<u8> {
    hex(concat!(
        "524946465a00000057454250565038580a000000100000000f0000070000414c50480a000000010750c088084444ff035650",
        "38202a000000d001009d012a1000080002c04c25a00274ba01f80003b0009bffc59c8c47679bff98257e41bc2c000000",
    ))
}

/// 16×8, three frames, lossy.
pub(super) fn animated_webp() -> Vec<u8> {
    hex(concat!(
        "524946469c00000057454250565038580a000000020000000f0000070000414e494d06000000000000000000414e4d463000",
        "00000000000000000f00000700000000000256503820180000003001009d012a1000080002c04c25a400037000fef81f8000",
        "414e4d46380000000000000000000f00000700000000000056503820200000005401009d012a1000080000004c258c000461",
        "8000fef7a2969bd76c9de2000000",
    ))
}

fn hex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap();
    text.as_bytes().chunks(2).map(|p| u8::try_from(digit(p[0]) * 16 + digit(p[1])).unwrap()).collect()
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}
