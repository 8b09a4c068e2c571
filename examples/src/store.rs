//! An S3 server in this process: real HTTP on loopback, real signatures, objects in a temporary folder.
//!
//! It stands in for S3 or R2. It verifies Signature Version 4 of presigned URLs, so what it accepts is signed
//! well and what it refuses is a refusal by a program that presize knows nothing of.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;

use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The only user of the server. A real key pair would come from `Credentials::from_env()`.
pub const ACCESS_KEY_ID: &str = "AKQUICKSTART";

/// The longest body that is taken, in bytes.
const MAX_BODY_BYTES: usize = 256 * 1024 * 1024;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// An S3 server with one empty bucket at first. It stops, and its objects are deleted, when the value is dropped.
#[derive(Debug)]
pub struct EmbeddedS3 {
    address: SocketAddr,
    secret_access_key: String,
    // Dropped in this order: the server stops before its folder goes.
    _server: ServerThread,
    objects: TemporaryFolder,
}

impl EmbeddedS3 {
    /// Starts the server on a free port of 127.0.0.1, in a thread of its own, with a secret made for this run.
    pub fn start(bucket: &str) -> io::Result<Self> {
        let objects = TemporaryFolder::create("presize-objects")?;
        std::fs::create_dir(objects.path.join(bucket))?;

        let secret_access_key = random_secret()?;
        let files = s3s_fs::FileSystem::new(&objects.path).map_err(|error| io::Error::other(format!("{error:?}")))?;
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, secret_access_key.as_str()));

        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let server = ServerThread::spawn(listener, service.build())?;
        Ok(Self { address, secret_access_key, _server: server, objects })
    }

    /// Adds another empty bucket.
    pub fn add_bucket(&self, bucket: &str) -> io::Result<()> {
        std::fs::create_dir(self.objects.path.join(bucket))
    }

    /// The endpoint, for example `http://127.0.0.1:40123`. Buckets are addressed in path style.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The access key id that the server knows.
    pub fn access_key_id(&self) -> &str {
        ACCESS_KEY_ID
    }

    /// The secret that belongs to it.
    pub fn secret_access_key(&self) -> &str {
        &self.secret_access_key
    }
}

/// 128 random bits in hexadecimal: other users of the machine can reach the port, but cannot sign.
fn random_secret() -> io::Result<String> {
    let mut bits = [0_u8; 16];
    getrandom::fill(&mut bits).map_err(io::Error::other)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bits)))
}

/// The thread that serves; dropping it asks it to stop and waits until it has.
#[derive(Debug)]
struct ServerThread {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ServerThread {
    fn spawn(listener: std::net::TcpListener, service: S3Service) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("embedded-s3".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::spawn(accept_connections(listener, service));
                // Either a message or the sender's end; both mean that nobody needs the server any more.
                let _ = stopped.await;
            });
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for ServerThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept_connections(listener: std::net::TcpListener, service: S3Service) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let service = service.clone();
        let service = service_fn(move |request| answer(service.clone(), request));
        tokio::spawn(async move {
            // A client that hangs up is no event here: it sees its own error.
            let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// Reads the whole body before anything is answered. A server that refuses an upload from its headers alone closes the
/// connection with the body still on its way, and the client may then see a broken connection instead of the refusal.
async fn answer(service: S3Service, request: Request<Incoming>) -> Result<s3s::HttpResponse, Failure> {
    let mut request = request.map(s3s::Body::from);
    request.body_mut().store_all_limited(MAX_BODY_BYTES).await?;
    service.call(request).await.map_err(Failure::from)
}

/// A new folder that is deleted with all it holds when the value is dropped.
#[derive(Debug)]
pub struct TemporaryFolder {
    path: PathBuf,
}

impl TemporaryFolder {
    /// Creates a folder of its own below the system's folder for temporary files.
    pub fn create(name: &str) -> io::Result<Self> {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let mut random = [0_u8; 4];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let unique = format!("{name}-{}-{number}-{:08x}", std::process::id(), u32::from_ne_bytes(random));
        let path = std::env::temp_dir().join(unique);
        // Not `create_dir_all`: a folder that exists already is somebody else's.
        std::fs::create_dir(&path)?;
        Ok(Self { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
