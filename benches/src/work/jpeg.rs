//! JPEGs made by hand.

use super::bits::HighFirst;

/// What a JPEG is made of.
#[derive(Debug, Clone)]
pub(super) struct Jpeg {
    pub width: u32,
    pub height: u32,
    /// Sampling factors.
    pub components: Vec<(u32, u32)>,
    pub kind: Kind,
    /// How many blocks of each scan have all their coefficients, of every hundred.
    pub full_percent: u32,
    /// How long each code is, 1 to 16 bits.
    pub code_bits: u32,
    /// MCUs between restarts; 0 is none.
    pub restart_interval: u16,
    pub profile: Vec<u8>,
    /// Segments before the first scan that say nothing.
    pub segments: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Baseline,
    /// A scan for each component.
    Apart,
    /// The ten scans of common encoders.
    Common,
    /// As many scans as the limit of visits allows: bands of coefficients, each bit by bit.
    Most {
        bands: u8,
        bits: u8,
    },
}

impl Default for Jpeg {
    fn default() -> Self {
        Self {
            width: 8000,
            height: 8000,
            components: vec![(2, 2), (1, 1), (1, 1)],
            kind: Kind::Baseline,
            full_percent: 0,
            code_bits: 1,
            restart_interval: 0,
            profile: Vec::new(),
            segments: 0,
        }
    }
}

struct Scan {
    components: Vec<usize>,
    first: u8,
    last: u8,
    high: u8,
    low: u8,
}

impl Jpeg {
    fn is_progressive(&self) -> bool {
        matches!(self.kind, Kind::Common | Kind::Most { .. })
    }

    fn scans(&self) -> Vec<Scan> {
        let all: Vec<usize> = (0..self.components.len()).collect();
        let scan = |components: &[usize], first, last, high, low| Scan {
            components: components.to_vec(),
            first,
            last,
            high,
            low,
        };
        match self.kind {
            Kind::Baseline => vec![scan(&all, 0, 63, 0, 0)],
            Kind::Apart => all.iter().map(|at| scan(&[*at], 0, 63, 0, 0)).collect(),
            Kind::Common => {
                let mut scans = vec![scan(&all, 0, 0, 0, 1)];
                for (first, last) in [(1, 5), (6, 63)] {
                    scans.extend(all.iter().map(|at| scan(&[*at], first, last, 0, 1)));
                }
                scans.push(scan(&all, 0, 0, 1, 0));
                scans.extend(all.iter().map(|at| scan(&[*at], 1, 63, 1, 0)));
                scans
            }
            Kind::Most { bands, bits } => {
                let mut scans = vec![scan(&all, 0, 0, 0, bits)];
                scans.extend((0..bits).rev().map(|bit| scan(&all, 0, 0, bit + 1, bit)));
                for at in &all {
                    for band in 0..bands {
                        let first = 1 + 63 * u32::from(band) / u32::from(bands);
                        let last = 63 * (u32::from(band) + 1) / u32::from(bands);
                        let (first, last) = (first as u8, last as u8);
                        scans.push(scan(&[*at], first, last, 0, bits));
                        scans.extend((0..bits).rev().map(|bit| scan(&[*at], first, last, bit + 1, bit)));
                    }
                }
                scans
            }
        }
    }

    pub(super) fn file(&self) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8];
        if self.components.len() == 4 {
            segment(&mut file, 0xee, b"Adobe\0\x64\0\0\0\0\0");
        }
        for _ in 0..self.segments {
            segment(&mut file, 0xe3, b"");
        }
        let parts = self.profile.len().div_ceil(65_000);
        for (index, part) in self.profile.chunks(65_000).enumerate() {
            let head = [&b"ICC_PROFILE\0"[..], &[index as u8 + 1, parts as u8]].concat();
            segment(&mut file, 0xe2, &[&head[..], part].concat());
        }
        segment(&mut file, 0xdb, &[[0].as_slice(), &[1; 64]].concat());
        let mut frame = vec![8];
        frame.extend((self.height as u16).to_be_bytes());
        frame.extend((self.width as u16).to_be_bytes());
        frame.push(self.components.len() as u8);
        for (index, (across, down)) in self.components.iter().enumerate() {
            frame.extend([index as u8 + 1, (across << 4 | down) as u8, 0]);
        }
        segment(&mut file, if self.is_progressive() { 0xc2 } else { 0xc0 }, &frame);
        // Code 0...0 is "no difference" and the end of a block; the next is a difference or a coefficient of one bit; the
        // third, in progressive scans, the end of 16384 and more blocks.
        let mut lengths = [0_u8; 16];
        let long = self.code_bits.clamp(1, 15) as usize;
        lengths[long - 1] += 1;
        lengths[long] += 1;
        lengths[15] += 1;
        if long == 15 {
            lengths = [0; 16];
            lengths[14] = 1;
            lengths[15] = 2;
        }
        let codes = codes(&lengths);
        for (place, symbols) in [(0x00, [0, 1, 2]), (0x10, [0x00, 0x01, 0xe0])] {
            segment(&mut file, 0xc4, &[&[place][..], &lengths, &symbols].concat());
        }
        if self.restart_interval > 0 {
            segment(&mut file, 0xdd, &self.restart_interval.to_be_bytes());
        }
        for scan in self.scans() {
            let mut head = vec![scan.components.len() as u8];
            head.extend(scan.components.iter().flat_map(|at| [*at as u8 + 1, 0]));
            head.extend([scan.first, scan.last, scan.high << 4 | scan.low]);
            segment(&mut file, 0xda, &head);
            file.extend(self.data(&scan, &codes));
        }
        file.extend([0xff, 0xd9]);
        file
    }

    /// Blocks of each MCU, and how many MCUs the scan has.
    fn blocks(&self, scan: &Scan) -> (u32, u32) {
        let widest = self.components.iter().map(|c| c.0).max().unwrap_or(1);
        let tallest = self.components.iter().map(|c| c.1).max().unwrap_or(1);
        if let [one] = scan.components.as_slice() {
            let (across, down) = if self.components.len() == 1 { (1, 1) } else { self.components[*one] };
            let (widest, tallest) = if self.components.len() == 1 { (1, 1) } else { (widest, tallest) };
            let width = (self.width * across).div_ceil(8 * widest);
            return (1, width * (self.height * down).div_ceil(8 * tallest));
        }
        let each = scan.components.iter().map(|at| self.components[*at].0 * self.components[*at].1).sum();
        (each, self.width.div_ceil(8 * widest) * self.height.div_ceil(8 * tallest))
    }

    fn data(&self, scan: &Scan, codes: &[(u64, u32); 3]) -> Vec<u8> {
        let (each, count) = self.blocks(scan);
        let mut bits = HighFirst::default();
        let put = |bits: &mut HighFirst, code: usize| bits.put(codes[code].0, codes[code].1);
        let mut visited = 0_u64;
        let mut run = 0_u32;
        for unit in 0..count {
            if self.restart_interval > 0 && unit > 0 && unit % u32::from(self.restart_interval) == 0 {
                bits.align();
                let number = (unit / u32::from(self.restart_interval) - 1) % 8;
                bits.bytes.extend([0xff, 0xd0 + number as u8]);
                run = 0;
            }
            for _ in 0..each {
                visited += 1;
                let is_full =
                    visited * u64::from(self.full_percent) / 100 != (visited - 1) * u64::from(self.full_percent) / 100;
                let coefficients = usize::from(scan.last - scan.first) + 1;
                match (self.is_progressive(), scan.first, scan.high) {
                    (false, _, _) => {
                        put(&mut bits, 0);
                        if is_full {
                            for _ in 0..63 {
                                put(&mut bits, 1);
                                bits.put(1, 1);
                            }
                        } else {
                            put(&mut bits, 0);
                        }
                    }
                    (true, 0, 0) => put(&mut bits, 0),
                    (true, 0, _) => bits.put(0, 1),
                    (true, _, 0) if is_full => {
                        for _ in 0..coefficients {
                            put(&mut bits, 1);
                            bits.put(1, 1);
                        }
                    }
                    // Every coefficient is there already, and gets one bit more.
                    (true, _, _) if is_full && scan.high > 0 => {
                        put(&mut bits, 0);
                        for _ in 0..coefficients {
                            bits.put(1, 1);
                        }
                    }
                    (true, _, _) if self.full_percent > 0 => put(&mut bits, 0),
                    (true, _, _) => {
                        if run == 0 {
                            // 16384 blocks and a number of 14 bits more.
                            let left = count - unit;
                            let left = if self.restart_interval > 0 {
                                left.min(u32::from(self.restart_interval) - unit % u32::from(self.restart_interval))
                            } else {
                                left
                            };
                            if left >= 16_384 {
                                run = left.min(32_767);
                                put(&mut bits, 2);
                                bits.put(u64::from(run - 16_384), 14);
                            } else {
                                run = 1;
                                put(&mut bits, 0);
                            }
                        }
                        run -= 1;
                    }
                }
            }
        }
        bits.align();
        debug_assert!(bits.len() > 0);
        bits.bytes
    }
}

fn codes(lengths: &[u8; 16]) -> [(u64, u32); 3] {
    let mut made = Vec::new();
    let mut code = 0_u64;
    for (index, count) in lengths.iter().enumerate() {
        for _ in 0..*count {
            made.push((code, index as u32 + 1));
            code += 1;
        }
        code <<= 1;
    }
    [made[0], made[1], made[2]]
}

fn segment(file: &mut Vec<u8>, marker: u8, data: &[u8]) {
    file.extend([0xff, marker]);
    file.extend((data.len() as u16 + 2).to_be_bytes());
    file.extend(data);
}
