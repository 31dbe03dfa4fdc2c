use image::{DynamicImage, GenericImageView, ImageFormat, ImageResult, Rgba};

use super::pictures::{
    BLUE, RED, animated_webp, encoded, jpeg_of_a_phone, lossy_webp, lossy_webp_with_alpha, noise, png_chunk,
    png_header, see_through, two_halves,
};
use crate::domain::file::ImageFormat as StoredFormat;
use crate::uploads::Purpose;
use crate::uploads::inspect::inspect;
use crate::uploads::transcode::{encode, transcode};

const PNG: StoredFormat = StoredFormat::Png;
const JPEG: StoredFormat = StoredFormat::Jpeg;

fn written(file: &[u8], purpose: Purpose) -> ImageResult<(StoredFormat, Vec<u8>)> {
    transcode(file, inspect(file).unwrap(), purpose.longest_side())
}

/// The format, the picture and the bytes of what is kept of a drawing.
fn kept(file: &[u8]) -> (StoredFormat, DynamicImage, Vec<u8>) {
    let (format, bytes) = written(file, Purpose::Drawing).unwrap();
    let image = image::load_from_memory_with_format(
        &bytes,
        match format {
            PNG => ImageFormat::Png,
            JPEG => ImageFormat::Jpeg,
        },
    );
    (format, image.unwrap(), bytes)
}

fn is_like(pixel: Rgba<u8>, colour: [u8; 3]) -> bool {
    pixel.0.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 30)
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn drawings_stay_sharp_and_photos_stay_photos() {
    let drawing = two_halves(365, 365);
    for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP] {
        let (stored, image, bytes) = kept(&encoded(&drawing, format));
        assert_eq!(stored, PNG, "{format:?}");
        assert_eq!(image.to_rgb8(), drawing.to_rgb8(), "{format:?}");
        assert!(bytes.len() < 5_000, "{format:?}: {} bytes", bytes.len());
    }
    let (stored, image, _) = kept(&encoded(&drawing, ImageFormat::Jpeg));
    assert_eq!(stored, JPEG);
    assert!(is_like(image.get_pixel(10, 10), RED) && is_like(image.get_pixel(350, 10), BLUE));
    assert_eq!(kept(&lossy_webp()).0, JPEG);
}

#[test]
fn transparency_survives_in_a_png() {
    let (stored, image, _) = kept(&encoded(&see_through(20, 20), ImageFormat::Png));
    assert_eq!((stored, image.get_pixel(0, 0).0[3], image.get_pixel(5, 5).0[3]), (PNG, 0, 255));
    let (stored, image, _) = kept(&lossy_webp_with_alpha());
    assert_eq!((stored, image.get_pixel(5, 5).0[3]), (PNG, 128));
}

#[test]
fn of_an_animation_the_first_frame_is_kept() {
    let (stored, image, _) = kept(&animated_webp());
    assert_eq!((stored, image.dimensions()), (JPEG, (16, 8)));
    let mut gif = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut gif);
    for colour in [RED, BLUE] {
        let frame = image::RgbImage::from_pixel(8, 8, image::Rgb(colour));
        encoder.encode_frame(image::Frame::new(DynamicImage::from(frame).into_rgba8())).unwrap();
    }
    drop(encoder);
    let (stored, image, _) = kept(&gif);
    assert_eq!(stored, PNG);
    assert!(is_like(image.get_pixel(4, 4), RED));
}

#[test]
fn what_hides_behind_the_end_of_a_picture_is_lost() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP]
    {
        let mut file = encoded(&two_halves(40, 40), format);
        file.extend_from_slice(b"PK\x03\x04 a zip <script>alert(1)</script>");
        let (_, image, bytes) = kept(&file);
        assert_eq!(image.dimensions(), (40, 40), "{format:?}");
        assert!(!contains(&bytes, b"script") && !contains(&bytes, b"PK\x03\x04"), "{format:?}");
    }
}

#[test]
fn texts_inside_a_picture_are_lost() {
    let mut file = encoded(&two_halves(40, 40), ImageFormat::Png);
    let comment = png_chunk(*b"tEXt", b"Comment\0<?php system($_GET[0]); ?>");
    file.splice(33..33, comment);
    assert!(!contains(&kept(&file).2, b"<?php"));
}

#[test]
fn a_photo_is_turned_upright_and_forgets_where_it_was_taken() {
    let file = jpeg_of_a_phone(&two_halves(40, 20));
    assert!(contains(&file, b"GPSLatitude"));
    let (stored, image, bytes) = kept(&file);
    assert_eq!((stored, image.dimensions()), (JPEG, (20, 40)));
    assert!(is_like(image.get_pixel(10, 5), RED), "the left half is the upper half now");
    assert!(is_like(image.get_pixel(10, 35), BLUE));
    assert!(!contains(&bytes, b"GPS") && !contains(&bytes, b"Exif"));
}

#[test]
fn pictures_are_scaled_down_but_never_up() {
    let size = |width, height, purpose| {
        let file = encoded(&two_halves(width, height), ImageFormat::Png);
        let (_, bytes) = written(&file, purpose).unwrap();
        image::load_from_memory(&bytes).unwrap().dimensions()
    };
    assert_eq!(size(600, 300, Purpose::Avatar), (512, 256));
    assert_eq!(size(1000, 4000, Purpose::Avatar), (128, 512));
    assert_eq!(size(512, 10, Purpose::Avatar), (512, 10));
    assert_eq!(size(365, 365, Purpose::Drawing), (365, 365));
    assert_eq!(size(3000, 30, Purpose::Drawing), (2048, 20));
    assert_eq!(size(9000, 1, Purpose::Avatar), (512, 1));
}

#[test]
fn the_largest_picture_we_take_is_written() {
    let flat = DynamicImage::new_luma8(5000, 5000);
    let (_, image, _) = kept(&encoded(&flat, ImageFormat::Png));
    assert_eq!(image.dimensions(), (2048, 2048));
}

#[test]
fn a_png_that_would_be_too_large_becomes_a_jpeg_or_smaller() {
    let (stored, bytes) = encode(noise(100, 80, false), PNG, 20_000).unwrap();
    assert_eq!(stored, JPEG);
    assert!(bytes.len() < 24_000, "{} bytes", bytes.len());
    let (stored, bytes) = encode(noise(100, 80, true), PNG, 20_000).unwrap();
    assert_eq!((stored, image::load_from_memory(&bytes).unwrap().dimensions()), (PNG, (50, 40)));
    assert!(bytes.len() <= 20_000);
}

#[test]
fn a_png_that_unpacks_to_more_than_it_claims_stays_small() {
    let honest = encoded(&DynamicImage::new_rgb8(4000, 4000), ImageFormat::Png);
    assert!(honest.len() < 400_000, "it unpacks to 48 MB");
    let bomb = [&png_header(10, 10)[..], &honest[33..]].concat();
    if let Ok((_, bytes)) = written(&bomb, Purpose::Drawing) {
        assert_eq!(image::load_from_memory(&bytes).unwrap().dimensions(), (10, 10));
        assert!(bytes.len() < 1000);
    }
}

#[test]
fn a_frame_larger_than_its_screen_stays_within_the_limits() {
    // A screen of 1×1 with a frame of 65,535×65,535.
    let gif =
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff\x2c\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0\x3b";
    assert!(written(gif, Purpose::Drawing).is_err());
}

#[test]
fn a_file_that_ends_early_is_a_refusal_or_a_picture_but_never_a_panic() {
    let picture = two_halves(24, 16);
    let formats =
        [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP];
    let files = formats.map(|format| encoded(&picture, format));
    for file in files.into_iter().chain([animated_webp(), lossy_webp_with_alpha(), jpeg_of_a_phone(&picture)])
    {
        for end in 0..file.len() {
            if let Ok(found) = inspect(&file[..end]) {
                let _ = transcode(&file[..end], found, 512);
            }
        }
    }
}

#[test]
fn a_file_with_one_wrong_byte_is_a_refusal_or_a_picture_but_never_a_panic() {
    let picture = two_halves(12, 8);
    let formats =
        [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP];
    for file in formats.map(|format| encoded(&picture, format)).into_iter().chain([animated_webp()]) {
        for at in 0..file.len() {
            let mut file = file.clone();
            file[at] ^= 0xa5;
            if let Ok(found) = inspect(&file)
                && found.pixels < 100_000
            {
                let _ = transcode(&file, found, 512);
            }
        }
    }
}
