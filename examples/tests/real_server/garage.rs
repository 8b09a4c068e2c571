//! Garage, an S3 server of another make, started for one test and stopped after it.
//!
//! Garage is under the AGPL. It is a program that the tests start and talk to over HTTP: never a dependency, never a part
//! of anything that is built or published here.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use presize_examples::store::TemporaryFolder;

pub(crate) const REGION: &str = "garage";
pub(crate) const DOMAIN: &str = "garage.localhost";

/// How often a start is tried: a port that was free may be taken before Garage has it.
const ATTEMPTS: usize = 5;
/// It takes half a second on a quiet machine.
const START_LIMIT: Duration = Duration::from_mins(1);

pub(crate) struct Garage {
    process: Process,
    address: SocketAddr,
    access_key_id: String,
    secret_access_key: String,
    _folder: TemporaryFolder,
}

impl Garage {
    /// Starts the program that `PRESIZE_GARAGE` names, on free ports of 127.0.0.1, with one bucket and one key.
    pub(crate) fn start(bucket: &str) -> Self {
        for _ in 0..ATTEMPTS {
            if let Some(garage) = Self::try_start(bucket) {
                return garage;
            }
        }
        panic!("Garage did not start in {ATTEMPTS} attempts");
    }

    /// `None` if it ends at once.
    fn try_start(bucket: &str) -> Option<Self> {
        let Some(program) = std::env::var_os("PRESIZE_GARAGE") else { panic!("PRESIZE_GARAGE must name the program") };
        let folder = TemporaryFolder::create("presize-garage").unwrap();
        let [address, rpc] = free_addresses();
        let config = folder.path().join("garage.toml");
        std::fs::write(&config, configuration(folder.path(), address, rpc)).unwrap();
        let access_key_id = format!("GK{}", hexadecimal(12));
        let secret_access_key = hexadecimal(32);
        let log = folder.path().join("log");
        let child = Command::new(program)
            .arg("-c")
            .arg(&config)
            .args(["server", "--single-node", "--default-bucket"])
            .env("GARAGE_DEFAULT_ACCESS_KEY", &access_key_id)
            .env("GARAGE_DEFAULT_SECRET_KEY", &secret_access_key)
            .env("GARAGE_DEFAULT_BUCKET", bucket)
            .env("RUST_LOG", "garage=warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut garage = Self { process: Process(child), address, access_key_id, secret_access_key, _folder: folder };
        let start = Instant::now();
        // The key and the bucket are made before the port is opened.
        while TcpStream::connect(garage.address).is_err() {
            if let Some(status) = garage.process.0.try_wait().unwrap() {
                eprintln!("Garage ended with {status}: {}", std::fs::read_to_string(&log).unwrap());
                return None;
            }
            assert!(start.elapsed() < START_LIMIT, "Garage: {}", std::fs::read_to_string(&log).unwrap());
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(garage)
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    pub(crate) fn secret_access_key(&self) -> &str {
        &self.secret_access_key
    }
}

/// Ends with its value.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One node without copies, everything in the folder, no administration port.
fn configuration(folder: &Path, address: SocketAddr, rpc: SocketAddr) -> String {
    let folder = folder.display();
    let rpc_secret = hexadecimal(32);
    format!(
        "metadata_dir = '{folder}/meta'\n\
         data_dir = '{folder}/data'\n\
         db_engine = 'sqlite'\n\
         replication_factor = 1\n\
         rpc_bind_addr = '{rpc}'\n\
         rpc_public_addr = '{rpc}'\n\
         rpc_secret = '{rpc_secret}'\n\
         [s3_api]\n\
         api_bind_addr = '{address}'\n\
         s3_region = '{REGION}'\n\
         root_domain = '.{DOMAIN}'\n"
    )
}

/// Both at once, so that they differ.
fn free_addresses() -> [SocketAddr; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    listeners.map(|listener| listener.local_addr().unwrap())
}

fn hexadecimal(bytes: usize) -> String {
    let mut random = [0; 32];
    getrandom::fill(&mut random).unwrap();
    random.iter().take(bytes).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
