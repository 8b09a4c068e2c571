//! RGW, the object gateway of Ceph, started for one test and stopped after it.
//!
//! `PRESIZE_RGW` names the folder where Debian's packages are unpacked (`cargo xtask conformance` sees to that), or a gateway
//! that runs already: `http://ACCESS_KEY_ID:SECRET_ACCESS_KEY@127.0.0.1:7480`. Each test has a bucket of its own.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use http::Method;
use presize::{Bucket, Credentials, Presigner, UrlStyle};
use presize_examples::http::Client;
use presize_examples::store::TemporaryFolder;

use crate::changes::{replaced, with};

/// Any is taken.
pub(crate) const REGION: &str = "eu-central-1";
pub(crate) const DOMAIN: &str = "rgw.localhost";

/// How often a start is tried: a port that was free may be taken before the gateway has it.
const ATTEMPTS: usize = 5;
/// It takes two seconds on a quiet machine.
const START_LIMIT: Duration = Duration::from_mins(2);

pub(crate) struct Rgw {
    endpoint: String,
    access_key_id: String,
    secret_access_key: String,
    bucket: String,
    /// Nothing where the gateway was running before.
    _process: Option<Process>,
}

impl Rgw {
    pub(crate) fn start() -> Self {
        let Ok(place) = std::env::var("PRESIZE_RGW") else { panic!("PRESIZE_RGW must name packages or an address") };
        if let Some(running) = place.strip_prefix("http://") {
            let (keys, address) = running.rsplit_once('@').unwrap();
            let (access_key_id, secret_access_key) = keys.split_once(':').unwrap();
            return Self::with_bucket(format!("http://{address}"), access_key_id, secret_access_key, None);
        }
        let (access_key_id, secret_access_key) = (hexadecimal(10), hexadecimal(20));
        for _ in 0..ATTEMPTS {
            if let Some((endpoint, process)) = Process::start(&place, &access_key_id, &secret_access_key) {
                return Self::with_bucket(endpoint, &access_key_id, &secret_access_key, Some(process));
            }
        }
        panic!("RGW did not start in {ATTEMPTS} attempts");
    }

    /// Creates a bucket, which presize has no request for: PUT of an object in a bucket `rgw` of the host `localhost` goes to the
    /// host that is the gateway itself, which reads the key as the name of a bucket.
    fn with_bucket(endpoint: String, id: &str, secret: &str, process: Option<Process>) -> Self {
        let bucket = format!("photos-{}", hexadecimal(6));
        let gateway = Bucket::custom("http://localhost", REGION, "rgw", UrlStyle::VirtualHost).unwrap();
        let host = gateway.host().to_owned();
        assert_eq!(host, DOMAIN);
        let presigner = Presigner::new(gateway, Credentials::new(id, secret).unwrap());
        let put = presigner.put(&bucket).sign(SystemTime::now()).unwrap();
        let url = replaced(&put.url, &format!("http://{host}"), &endpoint);
        let answer = Client::new().send(&put.method, &url, &with(&put.headers, "host", &host), b"").unwrap();
        assert_eq!(answer.status, 200, "{:?}", answer.s3_code());
        let (access_key_id, secret_access_key) = (id.to_owned(), secret.to_owned());
        Self { endpoint, access_key_id, secret_access_key, bucket, _process: process }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(crate) fn bucket(&self) -> &str {
        &self.bucket
    }

    pub(crate) fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    pub(crate) fn secret_access_key(&self) -> &str {
        &self.secret_access_key
    }
}

/// The shell that runs `rgw.sh`. It stops all that it has started once its standard input is closed: when the value is dropped,
/// and when the test is killed.
struct Process {
    shell: Child,
    _folder: TemporaryFolder,
}

impl Process {
    /// `None` if it ends at once.
    fn start(packages: &str, access_key_id: &str, secret_access_key: &str) -> Option<(String, Self)> {
        let folder = TemporaryFolder::create("presize-rgw").unwrap();
        let [monitor, port] = free_ports();
        let shell = Command::new("sh")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/real_server/rgw.sh"))
            .arg(packages)
            .arg(folder.path())
            .args([monitor.to_string(), port.to_string()])
            .args([access_key_id, secret_access_key])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(File::create(folder.path().join("errors")).unwrap())
            .spawn()
            .unwrap();
        let mut process = Self { shell, _folder: folder };
        let endpoint = format!("http://127.0.0.1:{port}");
        let (client, start) = (Client::new(), Instant::now());
        while !client
            .send(&Method::GET, &endpoint, &http::HeaderMap::new(), b"")
            .is_ok_and(|answer| answer.is_success())
        {
            if let Some(status) = process.shell.try_wait().unwrap() {
                eprintln!("RGW ended with {status}");
                return None;
            }
            assert!(start.elapsed() < START_LIMIT, "RGW did not start in time");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some((endpoint, process))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// Both at once, so that they differ.
fn free_ports() -> [u16; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

fn hexadecimal(bytes: usize) -> String {
    let mut random = [0; 32];
    getrandom::fill(&mut random).unwrap();
    random.iter().take(bytes).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
