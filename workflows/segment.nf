// The same as the Snakefile, for Nextflow. Written, not run.
//
//   nextflow run workflows/segment.nf --images images --model small-1.lacss --output found --parts 16

params.lacss = "node ${projectDir}/../build/lacss.js"
params.parts = 8

process SEGMENT {
    cpus 2
    memory '4 GB'
    maxRetries 2
    errorStrategy 'retry'

    input:
    val index

    output:
    val index

    // Code 3: some images are broken; lacss merge names them.
    script:
    """
    ${params.lacss} segment '${file(params.images).toAbsolutePath()}' \\
        --model '${file(params.model).toAbsolutePath()}' \\
        --output '${file(params.output).toAbsolutePath()}' \\
        --part ${index}/${params.parts} --quiet || [ \$? -eq 3 ]
    """
}

process MERGE {
    executor 'local'

    input:
    val parts

    script:
    """
    ${params.lacss} merge '${file(params.output).toAbsolutePath()}' || [ \$? -eq 3 ]
    """
}

workflow {
    SEGMENT(Channel.of(1..params.parts as int)) | collect | MERGE
}
