// Copies what releases.txt lists to target/releases, through Maven's own resolver: offline if it is, mirrors and all.
import java.nio.file.Files
import java.nio.file.StandardCopyOption
import org.eclipse.aether.RepositorySystem
import org.eclipse.aether.artifact.DefaultArtifact
import org.eclipse.aether.resolution.ArtifactRequest

def entries = [:]
def current = null
new File(project.basedir, 'releases.txt').eachLine { line ->
    def text = line.replaceAll(/#.*/, '')
    def words = text.trim().split(/\s+/).findAll { it } as List
    if (!words) {
        return
    }
    if (!Character.isWhitespace(text.charAt(0))) {
        current = words.remove(0)
        entries[current] = []
    }
    entries[current].addAll(words)
}

def coordinatesOf
coordinatesOf = { words -> words.collectMany { it.startsWith('@') ? coordinatesOf(entries[it]) : [it] } }

def resolver = session.lookup(RepositorySystem.name)
entries.findAll { name, words -> !name.startsWith('@') }.each { release, words ->
    def directory = new File(project.build.directory, "releases/$release").toPath()
    Files.createDirectories(directory)
    def requests = coordinatesOf(words).collect {
        new ArtifactRequest(new DefaultArtifact(it), project.remoteProjectRepositories, null)
    }
    def jars = resolver.resolveArtifacts(session.repositorySession, requests).collect { it.artifact.file.toPath() }
    jars.each { jar ->
        def copy = directory.resolve(jar.fileName)
        if (!Files.exists(copy)) {
            Files.copy(jar, copy, StandardCopyOption.COPY_ATTRIBUTES)
        }
    }
    directory.toFile().listFiles().findAll { file -> !jars.any { it.fileName.toString() == file.name } }*.delete()
}
