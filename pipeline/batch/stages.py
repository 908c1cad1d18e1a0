"""The whole pipeline in one place: what each stage needs, what its result depends on, what does its work.

A stage's result must depend on nothing but its options, its inputs and its version. How many workers
or threads run it, and on which device, is no option of it.
"""

from pipeline.batch.stage import Need, Scope, Stage
from pipeline.batch.work import documents, language, measures, people, sound, speech

EACH, WHOLE = Scope.RECORDING, Scope.SESSION

STAGES = (
    Stage("decode", 1, EACH, (), sound.decode_options, sound.decode, measures.sound),
    Stage(
        "transcribe",
        1,
        EACH,
        (Need("decode", "pcm"),),
        speech.transcribe_options,
        speech.transcribe,
        measures.transcript,
    ),
    Stage("voiceprint", 1, EACH, (Need("decode", "pcm"),), speech.voiceprint_options, speech.voiceprint),
    Stage(
        "diarize",
        1,
        WHOLE,
        (Need("voiceprint"),),
        speech.diarize_options,
        speech.diarize,
        measures.voices,
    ),
    Stage(
        "attribute",
        1,
        WHOLE,
        (Need("transcribe"), Need("diarize")),
        speech.attribute_options,
        speech.attribute,
    ),
    Stage("speakers", 1, WHOLE, (Need("diarize"),), people.speakers_options, people.speakers),
    Stage(
        "clean",
        3,
        WHOLE,
        (Need("transcribe"), Need("attribute")),
        language.clean_options,
        language.clean,
    ),
    Stage(
        "annotate",
        3,
        WHOLE,
        (Need("clean"), Need("speakers")),
        language.annotate_options,
        language.annotate,
    ),
    Stage(
        "export",
        4,
        WHOLE,
        (Need("decode"), Need("transcribe"), Need("diarize"), Need("attribute"), Need("speakers")),
        documents.export_options,
        documents.export,
    ),
)
